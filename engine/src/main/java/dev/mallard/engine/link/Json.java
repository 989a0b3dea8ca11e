package dev.mallard.engine.link;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.types.pojo.Schema;

/** What is said, as JSON; schemas are in it as Arrow's own messages. */
final class Json {
  private static final JsonMapper MAPPER = mapper();
  private static final ObjectWriter WRITER = MAPPER.writerFor(Said.class);
  private static final ObjectReader READER = MAPPER.readerFor(Said.class);

  private Json() {}

  static byte[] write(Said said) throws IOException {
    return WRITER.writeValueAsBytes(said);
  }

  static Said read(byte[] json) throws IOException {
    return READER.readValue(json);
  }

  private static JsonMapper mapper() {
    SimpleModule schemas = new SimpleModule();
    schemas.addSerializer(Schema.class, new SchemaWriter());
    schemas.addDeserializer(Schema.class, new SchemaReader());
    JsonMapper.Builder builder = JsonMapper.builder().addModule(schemas);
    for (Class<?> kind : Said.class.getPermittedSubclasses()) {
      for (Class<?> said : kind.getPermittedSubclasses()) {
        builder.registerSubtypes(
            new NamedType(said, kind.getSimpleName() + "." + said.getSimpleName()));
      }
    }
    return builder.build();
  }

  private static final class SchemaWriter extends StdSerializer<Schema> {
    private static final long serialVersionUID = 1L;

    SchemaWriter() {
      super(Schema.class);
    }

    @Override
    public void serialize(Schema schema, JsonGenerator out, SerializerProvider context)
        throws IOException {
      ByteBuffer message = ArrowSchemas.message(schema).header();
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      out.writeBinary(bytes);
    }
  }

  private static final class SchemaReader extends StdDeserializer<Schema> {
    private static final long serialVersionUID = 1L;

    SchemaReader() {
      super(Schema.class);
    }

    @Override
    public Schema deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return ArrowSchemas.read(ByteBuffer.wrap(in.getBinaryValue()));
      } catch (MallardException e) {
        throw new IOException("a schema that cannot be read", e);
      }
    }
  }
}
