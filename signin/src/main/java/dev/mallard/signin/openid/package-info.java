/**
 * Names that an OpenID provider proves by its JWTs. Whatever a token says of itself counts for
 * nothing before a key of the provider has verified it; where keys come from is the operator's word
 * alone.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, JWT best current practices</a>
 */
@NullMarked
package dev.mallard.signin.openid;

import org.jspecify.annotations.NullMarked;
