package dev.mallard.signin.certificate;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Whom a client's certificate names: by its subject alternative names, of the first kind of which
 * there is any: URI (as SPIFFE has it), e-mail address, DNS name; and only if there is none of
 * these, by the subject's common name. Two of one kind name nobody: which of them it is would be a
 * guess.
 *
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md">X509-SVID</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9525">RFC 9525</a>
 */
final class CertificateName {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int MAX_CHARS = 256;

  private CertificateName() {}

  /** Empty if it names nobody, or more than one. */
  static Optional<String> of(X509Certificate certificate) {
    try {
      for (int kind : new int[] {URI, EMAIL, DNS}) {
        List<String> names = alternatives(certificate, kind);
        if (!names.isEmpty()) {
          return only(names).map(name -> kind == DNS ? name.toLowerCase(Locale.ROOT) : name);
        }
      }
      return only(commonNames(certificate));
    } catch (CertificateParsingException | NamingException e) {
      return Optional.empty();
    }
  }

  private static List<String> alternatives(X509Certificate certificate, int kind)
      throws CertificateParsingException {
    Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
    if (entries == null) {
      return List.of();
    }
    return entries.stream()
        .filter(entry -> ((Integer) entry.get(0)) == kind)
        .map(entry -> String.valueOf(entry.get(1)))
        .toList();
  }

  private static List<String> commonNames(X509Certificate certificate) throws NamingException {
    List<String> names = new ArrayList<>();
    for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
      Attribute common = part.toAttributes().get("CN");
      if (common != null) {
        NamingEnumeration<?> values = common.getAll();
        while (values.hasMore()) {
          if (!(values.next() instanceof String name)) {
            throw new InvalidNameException("not a text");
          }
          names.add(name);
        }
      }
    }
    return names;
  }

  private static Optional<String> only(List<String> names) {
    return names.size() == 1 && isGood(names.get(0)) ? Optional.of(names.get(0)) : Optional.empty();
  }

  /** Names are shown, logged and compared: nothing in them may look like something else. */
  private static boolean isGood(String name) {
    return !name.isBlank()
        && name.length() <= MAX_CHARS
        && name.equals(name.strip())
        && name.codePoints().noneMatch(CertificateName::isHidden);
  }

  private static boolean isHidden(int character) {
    int type = Character.getType(character);
    return Character.isISOControl(character)
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }
}
