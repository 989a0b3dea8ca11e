package dev.mallard.signin.openid;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads names and roles out of a verified token's claims. */
final class Claims {
  private static final int MAX_NAME_CHARS = 256;

  /** More than anybody has; each is looked up at each call. */
  private static final int MAX_ROLES = 256;

  private Claims() {}

  /**
   * @throws BadTokenException if there is no name in it that can be one
   */
  static String name(JsonNode claims, String claim) throws BadTokenException {
    JsonNode value = find(claims, claim);
    if (value == null || !value.isTextual()) {
      throw BadTokenException.signed("it has no name: no claim '" + claim + "' that is a string");
    }
    if (claim.equals("email") && !isTrue(claims.get("email_verified"))) {
      throw BadTokenException.signed("its email is not verified, so it may be somebody else's");
    }
    String name = value.textValue();
    if (!isName(name)) {
      throw BadTokenException.signed("its claim '" + claim + "' cannot be a name here");
    }
    return name;
  }

  /** Who names nothing is taken at the provider's word: not all providers say it. */
  private static boolean isTrue(@Nullable JsonNode verified) {
    return verified == null || verified.asText().equals("true");
  }

  /** What can be told apart from any other name when it is printed. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME_CHARS
        && name.equals(name.strip())
        && name.codePoints().noneMatch(Claims::isUnseen);
  }

  private static boolean isUnseen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /** A list of strings, or one string with spaces between the roles, as {@code scope} is. */
  static List<String> roles(JsonNode claims, String path) throws BadTokenException {
    JsonNode value = find(claims, path);
    List<String> roles = new ArrayList<>();
    if (value != null && value.isTextual()) {
      roles.addAll(List.of(value.textValue().split(" ")));
    } else if (value != null && value.isArray()) {
      value.forEach(
          role -> {
            if (role.isTextual()) {
              roles.add(role.textValue());
            }
          });
    }
    if (roles.size() > MAX_ROLES) {
      throw BadTokenException.signed("it has more than %d roles".formatted(MAX_ROLES));
    }
    return List.copyOf(roles);
  }

  /** By the whole path first: names of claims may have dots in them ({@code https://…}). */
  private static @Nullable JsonNode find(JsonNode object, String path) {
    JsonNode whole = object.get(path);
    if (whole != null) {
      return whole;
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      JsonNode inner = object.get(path.substring(0, dot));
      JsonNode found = inner == null ? null : find(inner, path.substring(dot + 1));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
