package dev.mallard.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks at the first bytes of a connection that ought to be encrypted. A gRPC client that speaks
 * clear text is told so as the answer to each of its calls; else all that it would know is that the
 * connection broke. Nothing that it sends gets any further, and the connection ends when the time
 * for the TLS handshake is over.
 *
 * <p>A GOAWAY could say it, too, but clients written in C++ take that as a reason to connect again
 * at once, for ever.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.4">the preface of HTTP/2</a>
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">Trailers-Only</a>
 */
final class ClearTextAnswer extends ByteToMessageDecoder {
  private static final byte[] PREFACE = "PRI * HTTP/2".getBytes(StandardCharsets.US_ASCII);
  private static final String FAILED_PRECONDITION = "9";
  private static final String ANSWER =
      "this port speaks TLS; connect with grpc+tls:// instead of grpc://";

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int length = Math.min(in.readableBytes(), PREFACE.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
        context.pipeline().remove(this);
        return;
      }
    }
    if (length == PREFACE.length) {
      Http2FrameCodec codec = Http2FrameCodecBuilder.forServer().build();
      context.pipeline().addAfter(context.name(), null, codec);
      context.pipeline().addAfter(context.pipeline().context(codec).name(), null, new Answer());
      context.pipeline().remove(this); // Which hands on what has come so far.
    }
  }

  /** To every call; nothing else is listened to. */
  private static final class Answer extends SimpleChannelInboundHandler<Object> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame call) {
        Http2Headers headers =
            new DefaultHttp2Headers()
                .status("200")
                .set("content-type", "application/grpc")
                .set("grpc-status", FAILED_PRECONDITION)
                .set("grpc-message", ANSWER);
        context.writeAndFlush(new DefaultHttp2HeadersFrame(headers, true).stream(call.stream()));
      }
    }
  }
}
