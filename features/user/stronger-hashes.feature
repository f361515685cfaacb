Feature: Keeping passwords more carefully
  Machines get faster, so whoever runs the house makes passwords harder to guess from what is kept of them. Nobody has to
  do anything for it: the next login does it.

  Background:
    Given a house in production
    And Ada has registered
    And the house keeps passwords more carefully than hers was kept

  Rule: A login is enough

    Scenario: Ada logs in
      When Ada logs in
      Then her password is kept as carefully as the house asks

    Scenario: It is the same password
      Given Ada has logged in
      When Ada logs in
      Then she is logged in

    Scenario: Once is enough
      Given Ada has logged in since
      When Ada logs in on her phone
      Then her password is kept as it was before

  Rule: Nothing less is

    Scenario: Who stays away is kept as before
      When 1 year passes
      Then Ada's password is kept as it was before

    Scenario: A wrong password changes nothing
      When Mallory logs in with "ada@example.com" and "any password"
      Then he is refused because the address or the password is wrong
      And Ada's password is kept as it was before

  Rule: It never keeps anybody out

    Scenario: The house has time to check the password, and none to keep it anew
      Given the house can check 1 password more before everybody logs in at once
      When Ada logs in
      Then she is logged in
      And her password is kept as it was before

    Scenario: The next login makes up for it
      Given the house can check 1 password more before everybody logs in at once
      And Ada has logged in
      And the crowd has gone
      When Ada logs in
      Then her password is kept as carefully as the house asks
