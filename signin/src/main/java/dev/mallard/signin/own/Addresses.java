package dev.mallard.signin.own;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** Who is one, as addresses go. Stateless. */
final class Addresses {
  /** What a household or a rented machine has to itself. */
  private static final int NETWORK_BYTES = 8;

  private Addresses() {}

  /** An IPv4 address as it is; of an IPv6 address, its network of 64 bits. */
  static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    int zone = address.indexOf('%');
    try {
      byte[] bytes =
          InetAddress.getByName(zone < 0 ? address : address.substring(0, zone)).getAddress();
      return bytes.length <= NETWORK_BYTES
          ? HexFormat.of().formatHex(bytes)
          : HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES)) + "/64";
    } catch (UnknownHostException e) {
      return address;
    }
  }
}
