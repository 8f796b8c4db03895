package io.sluice.containerd;

/**
 * Who pulls.
 *
 * @param username may be empty
 * @param password may be empty
 */
public record RegistryAuth(String username, String password) {
  /** Without the password. */
  @Override
  public String toString() {
    return "RegistryAuth of " + username;
  }
}
