package dev.mallard.server.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Map;

/**
 * By what the server proves itself: a key, and the certificate that fits to it.
 *
 * @param chain the server's own certificate first
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
  /** What a key of each kind signs with. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  ServerIdentity {
    chain = List.copyOf(chain);
  }

  @Override
  public String toString() {
    return certificate().getSubjectX500Principal().getName();
  }

  X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * @param keyPem of which the messages say how it is converted
   * @throws FileProblem for what is wrong with either, or if they do not belong together
   */
  static ServerIdentity read(PemFile certificatePem, PemFile keyPem) throws FileProblem {
    List<X509Certificate> chain = certificatePem.certificates();
    PublicKey publicKey = chain.get(0).getPublicKey();
    String signature = SIGNATURES.get(publicKey.getAlgorithm());
    if (signature == null) {
      throw certificatePem.problem(
          "its key is of the kind %s (expected: RSA or EC)".formatted(publicKey.getAlgorithm()));
    }
    PrivateKey key;
    try {
      key = privateKey(keyPem, publicKey.getAlgorithm());
      if (!belongTogether(key, publicKey, signature)) {
        throw keyPem.problem("it is not the key of the certificate in " + certificatePem.path());
      }
    } catch (GeneralSecurityException e) {
      throw keyPem.problem(e);
    }
    return new ServerIdentity(key, chain);
  }

  private static PrivateKey privateKey(PemFile file, String algorithm)
      throws GeneralSecurityException, FileProblem {
    for (Pem.Block block : Pem.blocks(file.content())) {
      switch (block.label()) {
        case "PRIVATE KEY" -> {
          try {
            return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(block.content()));
          } catch (InvalidKeySpecException e) {
            throw file.problem(
                "it is damaged, or no %s key, as its certificate is".formatted(algorithm));
          }
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
            throw file.problem(
                "it is in an old form (%s; expected: PKCS#8); convert it: openssl pkcs8 -topk8 -nocrypt -in %s -out NEW.pem"
                    .formatted(block.label(), file.path()));
        case "ENCRYPTED PRIVATE KEY", "ENCRYPTED RSA PRIVATE KEY", "ENCRYPTED EC PRIVATE KEY" ->
            throw file.problem(
                "it is encrypted; store it decrypted, readable for the server's user alone: openssl pkcs8 -topk8 -nocrypt -in %s -out NEW.pem"
                    .formatted(file.path()));
        default -> {
          // EC PARAMETERS before a key, or the certificate in the same file.
        }
      }
    }
    throw file.problem("it has no key (expected: PEM, with -----BEGIN PRIVATE KEY-----)");
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey, String algorithm)
      throws GeneralSecurityException {
    byte[] text = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(publicKey);
      checking.update(text);
      return checking.verify(signature);
    } catch (InvalidKeyException | SignatureException e) {
      return false; // Of another size or curve.
    }
  }
}
