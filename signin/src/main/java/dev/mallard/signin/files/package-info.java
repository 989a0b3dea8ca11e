/**
 * The access folder: users, roles and API tokens in YAML files that people edit and the server
 * looks at again and again, and the key of session tokens.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.signin.files;
