package dev.mallard.events;

import dev.mallard.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several listeners, one after the other. */
record Listeners(List<ServerEvents> all) implements ServerEvents {
  @Override
  public void callBegan(Call call) {
    all.forEach(one -> one.callBegan(call));
  }

  @Override
  public void callEnded(Call call, Outcome outcome) {
    all.forEach(one -> one.callEnded(call, outcome));
  }

  @Override
  public void statementBegan(Statement statement) {
    all.forEach(one -> one.statementBegan(statement));
  }

  @Override
  public void statementEnded(Statement statement, @Nullable ErrorCode failure, Duration took) {
    all.forEach(one -> one.statementEnded(statement, failure, took));
  }

  @Override
  public void engineEnded(String cause, String why) {
    all.forEach(one -> one.engineEnded(cause, why));
  }

  @Override
  public void engineReady(Duration took) {
    all.forEach(one -> one.engineReady(took));
  }

  @Override
  public void formMade(String version, String file, long bytes) {
    all.forEach(one -> one.formMade(version, file, bytes));
  }

  @Override
  public void uploadCommitted(String dataset, String version, long rows, long bytes) {
    all.forEach(one -> one.uploadCommitted(dataset, version, rows, bytes));
  }

  @Override
  public void datasetDropped(String dataset) {
    all.forEach(one -> one.datasetDropped(dataset));
  }

  @Override
  public void datasetRestored(String dataset, String version) {
    all.forEach(one -> one.datasetRestored(dataset, version));
  }
}
