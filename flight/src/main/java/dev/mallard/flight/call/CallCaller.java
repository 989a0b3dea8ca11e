package dev.mallard.flight.call;

import dev.mallard.access.Caller;
import io.grpc.Context;

/** The caller of the call that is being served, as the door has decided. */
public final class CallCaller {
  private static final Context.Key<Caller> KEY =
      Context.keyWithDefault("mallard-caller", Caller.ANONYMOUS);

  private CallCaller() {}

  public static Caller current() {
    return KEY.get();
  }

  /** The context in which that caller's call is served. */
  public static Context in(Context context, Caller caller) {
    return context.withValue(KEY, caller);
  }
}
