Feature: Requesting a password reset
  A user who forgot the password requests a reset token. A development server returns it; a production server sends it by
  email only.

  Rule: A development server returns the token, so that no mail server is needed

    Background:
      Given a development server
      And Ada has registered

    Scenario: The response contains the token
      When Ada asks for a reset
      Then she receives a token

    Scenario: The email contains the same token
      When Ada asks for a reset
      Then a reset email with that token reaches her

    Scenario: The address in another case
      When Ada asks for a reset for "ADA@EXAMPLE.COM"
      Then she receives a token

    Scenario: An unknown address is reported
      When Mallory asks for a reset for "unknown@example.com"
      Then he is rejected because the address is unknown

  Rule: A production server sends the token by email only, and does not reveal known addresses

    Background:
      Given a production server
      And Ada has registered

    Scenario: A known address
      When Ada asks for a reset
      Then she receives no token
      And one reset email reaches her

    Scenario: An unknown address
      When Mallory asks for a reset for "unknown@example.com"
      Then he receives no token
      And no email reaches "unknown@example.com"

    Scenario: The address in another case
      When Ada asks for a reset for "ADA@EXAMPLE.COM"
      Then she receives no token
      And one reset email reaches her

    Scenario: Only the owner of the address receives the email
      When Mallory asks for a reset of Ada's password
      Then Mallory receives no token
      And one reset email reaches Ada
      And no email reaches Mallory

  Rule: The lifetime of a token begins when its email is sent

    Background:
      Given a production server
      And Ada has registered

    Scenario: The mail server was down for longer than the lifetime of a token
      Given the mail server was down when Ada asked for a reset
      And the mail server is back a day later
      When Ada resets her password with the token in her email
      Then she can log in

    Scenario: No email for a deleted account
      Given the mail server was down when Ada asked for a reset
      And Ada has logged in
      And Ada has deleted her account
      When the mail server is back a day later
      Then no reset email reaches Ada
