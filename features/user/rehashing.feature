Feature: Rehashing passwords
  When the operator raises the hashing parameters, the next login of each user rehashes the password.

  Background:
    Given a production server
    And Ada has registered
    And the hashing parameters are stronger than those of her password

  Rule: A login is enough

    Scenario: Ada logs in
      When Ada logs in
      Then her password has a hash with the current parameters

    Scenario: It is the same password
      Given Ada has logged in
      When Ada logs in
      Then she is logged in

    Scenario: Once is enough
      Given Ada has logged in since
      When Ada logs in on her phone
      Then her password has the same hash as before

  Rule: Nothing else replaces the hash

    Scenario: Without a login the hash stays
      When 1 year passes
      Then Ada's password has the same hash as before

    Scenario: A wrong password changes nothing
      When Mallory logs in with "ada@example.com" and "any password"
      Then he is rejected because the address or the password is wrong
      And Ada's password has the same hash as before

  Rule: A failed rehash does not fail the login

    Scenario: The hasher can verify the password and not rehash it
      Given the password hasher is overloaded after 1 more password
      When Ada logs in
      Then she is logged in
      And her password has the same hash as before

    Scenario: The next login rehashes
      Given the password hasher is overloaded after 1 more password
      And Ada has logged in
      And the overload is over
      When Ada logs in
      Then her password has a hash with the current parameters
