package dev.mallard.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Blocks between BEGIN and END lines; what stands around them is left aside.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("(?s)-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----");

  private Pem() {}

  /**
   * @param label as in {@code CERTIFICATE}
   */
  record Block(String label, byte[] content) {}

  /** Never throws for blocks that nobody asked for, as {@code EC PARAMETERS}. */
  static List<Block> blocks(byte[] file) throws GeneralSecurityException {
    List<Block> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(file, StandardCharsets.ISO_8859_1));
    while (block.find()) {
      // Old encrypted keys have headers, which are no Base64: what they are is in the label.
      String text = block.group(2);
      blocks.add(
          text.contains(":")
              ? new Block("ENCRYPTED " + block.group(1), new byte[0])
              : new Block(block.group(1), decoded(text)));
    }
    return blocks;
  }

  private static byte[] decoded(String text) throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("it is damaged (not Base64)");
    }
  }

  /**
   * All certificates, in their order.
   *
   * @throws GeneralSecurityException with what is wrong, if there is none or one is damaged
   */
  static List<X509Certificate> certificates(byte[] file) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(certificate(factory, block));
      }
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException(
          "it has no certificate (expected: PEM, with -----BEGIN CERTIFICATE-----)");
    }
    return certificates;
  }

  private static X509Certificate certificate(CertificateFactory factory, Block block)
      throws GeneralSecurityException {
    try {
      return (X509Certificate)
          factory.generateCertificate(new ByteArrayInputStream(block.content()));
    } catch (CertificateException e) {
      throw new GeneralSecurityException("one of its certificates is damaged", e);
    }
  }

  static String encode(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
