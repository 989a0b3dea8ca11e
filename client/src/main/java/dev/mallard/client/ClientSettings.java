package dev.mallard.client;

/** All that a client needs to know: where to, as whom, and how safely. */
public record ClientSettings(ServerAddress address, Credentials credentials, TlsSettings tls) {
  /** Nobody in particular. */
  public static ClientSettings of(ServerAddress address) {
    return new ClientSettings(address, Credentials.NONE, TlsSettings.DEFAULT);
  }

  public ClientSettings as(Credentials other) {
    return new ClientSettings(address, other, tls);
  }

  public ClientSettings with(TlsSettings other) {
    return new ClientSettings(address, credentials, other);
  }

  /** Whether a secret would go over the network for everybody to read. */
  public boolean exposesSecret() {
    return !(credentials instanceof Credentials.None) && !address.tls() && !address.isLoopback();
  }
}
