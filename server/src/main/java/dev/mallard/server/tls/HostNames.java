package dev.mallard.server.tls;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** By what clients may call this machine. */
final class HostNames {
  private static final Pattern DNS =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final Pattern FIGURES = Pattern.compile("[0-9.]+|.*:.*");

  private HostNames() {}

  /** All that a certificate of this machine's own making is to name, this machine's name first. */
  static List<HostName> toCertify(String host) {
    Set<HostName> names = new LinkedHashSet<>();
    addMachine(names);
    names.add(new HostName.Dns("localhost"));
    addHost(names, host);
    addAddresses(names);
    return List.copyOf(names);
  }

  /**
   * By one of which clients call a server that listens there: the address or name that it listens
   * on, or if that is all of them, the machine's.
   */
  static List<HostName> of(String host) {
    Set<HostName> names = new LinkedHashSet<>();
    addHost(names, host);
    if (names.isEmpty()) {
      addMachine(names);
      addAddresses(names);
    }
    return List.copyOf(names);
  }

  private static void addHost(Set<HostName> names, String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (!address.isAnyLocalAddress()) {
        add(names, host);
        names.add(address(address));
      }
    } catch (UnknownHostException e) {
      // Nobody can listen there, which is said elsewhere.
    }
  }

  private static void addMachine(Set<HostName> names) {
    try {
      add(names, InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      // Its name has no address, so no client calls it by that.
    }
  }

  private static void addAddresses(Set<HostName> names) {
    names.add(new HostName.Address("127.0.0.1"));
    try {
      for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
        network.inetAddresses().forEach(address -> names.add(address(address)));
      }
    } catch (SocketException e) {
      // Then it has those that were found.
    }
  }

  private static HostName address(InetAddress address) {
    String figures = address.getHostAddress();
    int scope = figures.indexOf('%');
    return new HostName.Address(scope < 0 ? figures : figures.substring(0, scope));
  }

  /** A name; what is no name, as an address is, or what no certificate can hold, is left out. */
  private static void add(Set<HostName> names, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (DNS.matcher(lower).matches() && !FIGURES.matcher(lower).matches()) {
      names.add(new HostName.Dns(lower));
    }
  }
}
