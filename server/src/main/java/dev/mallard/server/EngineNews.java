package dev.mallard.server;

import dev.mallard.engine.process.EngineEnd;
import dev.mallard.engine.process.EngineListener;
import dev.mallard.events.ServerEvents;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;

/** Tells those who ask for the server's health, and those who listen, how the SQL engine is. */
final class EngineNews implements EngineListener {
  /** SQL's name in the health service: all else serves without it. */
  static final String SERVICE = "mallard.sql";

  private final HealthStatusManager health;
  private final ServerEvents events;

  EngineNews(HealthStatusManager health, ServerEvents events) {
    this.health = health;
    this.events = events;
    health.setStatus(SERVICE, ServingStatus.NOT_SERVING);
  }

  @Override
  public void ready(Duration took) {
    health.setStatus(SERVICE, ServingStatus.SERVING);
    events.engineReady(took);
  }

  @Override
  public void ended(EngineEnd end) {
    health.setStatus(SERVICE, ServingStatus.NOT_SERVING);
    if (end.cause() != EngineEnd.Cause.CLOSED) {
      events.engineEnded(end.cause().name(), end.why());
    }
  }
}
