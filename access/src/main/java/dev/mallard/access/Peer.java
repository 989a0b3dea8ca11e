package dev.mallard.access;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Where a client comes from.
 *
 * @param address of the network, without a port; empty if that is not known
 * @param certificates the client's own and those that lead to its authority, if it has shown any;
 *     the connection was encrypted with them
 */
public record Peer(String address, List<X509Certificate> certificates) {
  public Peer {
    certificates = List.copyOf(certificates);
  }
}
