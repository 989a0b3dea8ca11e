package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.mallard.testing.LeakCheckedAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flight SQL's conversation about a statement with parameters, with arrow-java's own server. */
final class PreparedQueryTest {
  private static final ByteString FIRST = ByteString.copyFromUtf8("first");
  private static final ByteString BOUND = ByteString.copyFromUtf8("bound");

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  private final List<String> heard = new ArrayList<>();
  private boolean repliesToBind = true;
  private FlightServer server;
  private MallardClient client;

  @BeforeEach
  void start() throws Exception {
    Location anywhere = Location.forGrpcInsecure("127.0.0.1", 0);
    server = FlightServer.builder(memory.get(), anywhere, new Conversation()).build().start();
    client = MallardClient.connect(ServerAddress.plain("127.0.0.1", server.getPort()));
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.shutdown();
    server.awaitTermination();
    server.close();
  }

  @Test
  void valuesAreBoundInTheTypesThatTheyLookLike() {
    try (PreparedQuery query = client.prepare("SELECT ?")) {
      query.plan(List.of("1", "-2.5", "true", "null", "duck", "'7'", "12345678901234567890"));
    }
    assertThat(heard)
        .containsExactly(
            "prepare SELECT ?",
            "bind first [1, -2.5, true, null, duck, 7, 1.2345678901234567E19]",
            "plan bound",
            "close bound");
  }

  @Test
  void aServerThatKeepsTheValuesItselfKeepsTheHandle() {
    repliesToBind = false;
    try (PreparedQuery query = client.prepare("SELECT ?")) {
      query.plan(List.of("1"));
      query.plan(List.of("2"));
    }
    assertThat(heard)
        .containsExactly(
            "prepare SELECT ?",
            "bind first [1]",
            "plan first",
            "bind first [2]",
            "plan first",
            "close first");
  }

  @Test
  void answersThatAreNotFlightSqlsAreSaidSo() {
    for (String sql : List.of("nothing", "nonsense")) {
      assertThatThrownBy(() -> client.prepare(sql))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INTERNAL))
          .hasMessageContaining("the server's answer is not Flight SQL's");
    }
  }

  private final class Conversation extends NoOpFlightProducer {
    @Override
    public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
      if (action.getType().equals("ClosePreparedStatement")) {
        heard.add("close " + closed(action.getBody()));
      } else {
        answer(
            unpack(action.getBody(), FlightSql.ActionCreatePreparedStatementRequest.class)
                .getQuery(),
            listener);
      }
      listener.onCompleted();
    }

    private void answer(String sql, StreamListener<Result> listener) {
      heard.add("prepare " + sql);
      if (sql.equals("nonsense")) {
        listener.onNext(new Result("nonsense".getBytes(StandardCharsets.UTF_8)));
      } else if (!sql.equals("nothing")) {
        FlightSql.ActionCreatePreparedStatementResult result =
            FlightSql.ActionCreatePreparedStatementResult.newBuilder()
                .setPreparedStatementHandle(FIRST)
                .build();
        listener.onNext(new Result(Any.pack(result).toByteArray()));
      }
    }

    private String closed(byte[] body) {
      return unpack(body, FlightSql.ActionClosePreparedStatementRequest.class)
          .getPreparedStatementHandle()
          .toStringUtf8();
    }

    @Override
    public Runnable acceptPut(
        CallContext context, FlightStream stream, StreamListener<PutResult> listener) {
      return () -> {
        String handle = handle(stream.getDescriptor());
        while (stream.next()) {
          heard.add("bind " + handle + " " + firstRow(stream.getRoot()));
        }
        if (repliesToBind) {
          byte[] reply =
              FlightSql.DoPutPreparedStatementResult.newBuilder()
                  .setPreparedStatementHandle(BOUND)
                  .build()
                  .toByteArray();
          try (ArrowBuf metadata = memory.get().buffer(reply.length)) {
            metadata.writeBytes(reply);
            listener.onNext(PutResult.metadata(metadata));
          }
        }
        listener.onCompleted();
      };
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
      heard.add("plan " + handle(descriptor));
      return FlightInfo.builder(new Schema(List.of()), descriptor, List.of()).build();
    }

    private static List<String> firstRow(VectorSchemaRoot root) {
      return root.getFieldVectors().stream()
          .map(column -> String.valueOf(column.getObject(0)))
          .toList();
    }

    private String handle(FlightDescriptor descriptor) {
      return unpack(descriptor.getCommand(), FlightSql.CommandPreparedStatementQuery.class)
          .getPreparedStatementHandle()
          .toStringUtf8();
    }

    private static <T extends Message> T unpack(byte[] bytes, Class<T> type) {
      try {
        return Any.parseFrom(bytes).unpack(type);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError("not " + type, e);
      }
    }
  }
}
