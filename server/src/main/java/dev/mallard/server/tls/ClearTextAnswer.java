package dev.mallard.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Looks at the first bytes of a connection that ought to be encrypted. A gRPC client that speaks
 * clear text is told so in its own language; else all that it would know is that the connection
 * broke.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-3.4">the preface of HTTP/2</a>
 */
final class ClearTextAnswer extends ByteToMessageDecoder {
  private static final byte[] PREFACE = "PRI * HTTP/2".getBytes(StandardCharsets.US_ASCII);
  private static final String ANSWER =
      "this port speaks TLS; connect with grpc+tls:// instead of grpc://";

  private boolean isAnswered;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (isAnswered) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int length = Math.min(in.readableBytes(), PREFACE.length);
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
        context.pipeline().remove(this); // Which hands on what has come so far.
        return;
      }
    }
    if (length == PREFACE.length) {
      isAnswered = true;
      in.skipBytes(in.readableBytes());
      answer(context);
    }
  }

  private static void answer(ChannelHandlerContext context) {
    try (Http2FrameWriter frames = new DefaultHttp2FrameWriter()) {
      frames.writeSettings(context, new Http2Settings(), context.newPromise());
      ByteBuf text = Unpooled.copiedBuffer(ANSWER, StandardCharsets.UTF_8);
      frames
          .writeGoAway(
              context, 0, Http2Error.INADEQUATE_SECURITY.code(), text, context.newPromise())
          .addListener(ChannelFutureListener.CLOSE);
      context.flush();
    }
  }
}
