package dev.mallard.signin.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and roles in claims. */
class ClaimsTest {
  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "a",
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "Zoë Ångström",
        "山田",
        "a.b@example.com",
        "' OR 1=1 --"
      })
  void namesAreTakenAsTheyAre(String name) throws Exception {
    JsonNode claims = new ObjectMapper().createObjectNode().put("sub", name);

    assertThat(Claims.name(claims, "sub")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        " alice",
        "alice ",
        "al\nice",
        "al\u0000ice",
        "\u007f",
        "al\u200bice",
        "\u202eecila",
        "a\u2028b",
        "\ud800",
        "\ufeffalice",
        "\u0085x"
      })
  void namesThatLookLikeOthersAreRefused(String name) {
    JsonNode claims = new ObjectMapper().createObjectNode().put("sub", name);

    assertThatThrownBy(() -> Claims.name(claims, "sub")).isInstanceOf(BadTokenException.class);
  }

  @Test
  void namesHaveAnEnd() throws Exception {
    JsonNode most = new ObjectMapper().createObjectNode().put("sub", "n".repeat(256));
    JsonNode more = new ObjectMapper().createObjectNode().put("sub", "n".repeat(257));

    assertThat(Claims.name(most, "sub")).hasSize(256);
    assertThatThrownBy(() -> Claims.name(more, "sub")).isInstanceOf(BadTokenException.class);
  }

  @Test
  void namesAreStrings() {
    for (String claims :
        List.of("{}", "{'sub':7}", "{'sub':null}", "{'sub':['alice']}", "{'sub':{}}")) {
      assertThatThrownBy(() -> Claims.name(json(claims.replace('\'', '"')), "sub"))
          .isInstanceOf(BadTokenException.class);
    }
  }

  @Test
  void anEmailIsANameIfItIsVerified() throws Exception {
    assertThat(Claims.name(json("{\"email\":\"a@b\",\"email_verified\":true}"), "email"))
        .isEqualTo("a@b");
    assertThat(Claims.name(json("{\"email\":\"a@b\"}"), "email")).isEqualTo("a@b");
    for (String verified : List.of("false", "\"false\"", "null", "0")) {
      JsonNode claims = json("{\"email\":\"a@b\",\"email_verified\":%s}".formatted(verified));
      assertThatThrownBy(() -> Claims.name(claims, "email")).isInstanceOf(BadTokenException.class);
    }
  }

  @Test
  void rolesAreFoundByPath() throws Exception {
    assertThat(
            Claims.roles(
                json("{\"realm_access\":{\"roles\":[\"a\",\"b\"]}}"), "realm_access.roles"))
        .containsExactly("a", "b");
    assertThat(Claims.roles(json("{\"https://x.com/roles\":[\"a\"]}"), "https://x.com/roles"))
        .containsExactly("a");
    assertThat(
            Claims.roles(
                json("{\"resource_access\":{\"my.client\":{\"roles\":\"a\"}}}"),
                "resource_access.my.client.roles"))
        .containsExactly("a");
    assertThat(Claims.roles(json("{\"scope\":\"openid a b\"}"), "scope"))
        .containsExactly("openid", "a", "b");
  }

  @Test
  void whatIsNoRoleIsNone() throws Exception {
    for (String claims :
        List.of(
            "{}",
            "{'r':7}",
            "{'r':null}",
            "{'r':{'a':true}}",
            "{'r':[7,null,{'a':1},['a']]}",
            "{'r.x':'a'}")) {
      assertThat(Claims.roles(json(claims.replace('\'', '"')), "r")).isEmpty();
    }
  }

  @Test
  void rolesHaveAnEnd() {
    JsonNode claims = json("{\"r\":\"" + "a ".repeat(300) + "\"}");

    assertThatThrownBy(() -> Claims.roles(claims, "r")).isInstanceOf(BadTokenException.class);
  }
}
