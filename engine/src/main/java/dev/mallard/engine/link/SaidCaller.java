package dev.mallard.engine.link;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;

/** A caller, as far as an engine needs to know: not by what it proved who it is. */
public record SaidCaller(String name, Role role) {
  public static SaidCaller of(Caller caller) {
    return new SaidCaller(caller.name(), caller.role());
  }

  public Caller caller() {
    return new Caller(name, role, new Proof.Unchecked());
  }
}
