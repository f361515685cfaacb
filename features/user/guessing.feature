Feature: Guessing is slowed down
  Whoever tries passwords, tokens or accounts by the dozen has to wait. Whoever mistypes twice does not notice.

  Background:
    Given a house in production
    And Ada has registered

  Rule: Ten wrong passwords on one address from one place, then a quarter of an hour of rest

    Scenario: The tenth is still looked at
      Given Ada has mistyped her password 9 times
      When she logs in
      Then she is logged in

    Scenario: The eleventh is not, right or wrong
      Given Mallory has tried 10 passwords on Ada's address
      When Mallory logs in with Ada's address and password
      Then Mallory is refused because of too many attempts, for 15 minutes

    Scenario: Almost a quarter of an hour later
      Given Ada has mistyped her password 10 times
      And 15 minutes less 1 second pass
      When she logs in
      Then she is refused because of too many attempts, for 1 second

    Scenario: A quarter of an hour later
      Given Ada has mistyped her password 10 times
      And 15 minutes pass
      When she logs in
      Then she is logged in

    Scenario: Success forgives
      Given Ada has mistyped her password 9 times
      And Ada has logged in
      And Ada has mistyped her password 9 times
      When she logs in
      Then she is logged in

    Scenario: Ada is not locked out where she is
      Given Mallory has tried 10 passwords on Ada's address
      When Ada logs in
      Then she is logged in

    Scenario: Who sits beside Mallory is not locked out
      Given Grace has registered
      And Grace and Mallory are in the café
      And Mallory has tried 10 passwords on Ada's address
      When Grace logs in
      Then she is logged in

    Scenario: Unknown addresses are counted as well
      Given Mallory has tried 10 passwords on "nobody@example.com"
      When Mallory logs in with "nobody@example.com" and "any password"
      Then he is refused because of too many attempts, for 15 minutes

    Scenario: The many addresses of one network are one place
      Given Mallory has tried 10 passwords on Ada's address, each from another address of his network
      When Mallory logs in with Ada's address and password
      Then Mallory is refused because of too many attempts, for 15 minutes

  Rule: Thirty on one address from many places, then an hour of rest

    Scenario: Coming from elsewhere each time does not help
      Given Mallory has tried 30 passwords on Ada's address, each from another place
      When Ada logs in
      Then she is refused because of too many attempts, for 1 hour

    Scenario: An hour later
      Given Mallory has tried 30 passwords on Ada's address, each from another place
      And 1 hour passes
      When Ada logs in
      Then she is logged in

  Rule: A hundred from one place on any addresses, then a quarter of an hour of rest

    Scenario: Another address each time does not help
      Given Mallory has tried a password on 100 addresses
      When Mallory logs in with Ada's address and password
      Then Mallory is refused because of too many attempts, for 15 minutes

    Scenario: A quarter of an hour later
      Given Mallory has tried a password on 100 addresses
      And 15 minutes pass
      When Mallory logs in with Ada's address and password
      Then Mallory got in as Ada

    Scenario: Those who know their password are not counted
      Given Ada has logged in 100 times
      When she logs in
      Then she is logged in

  Rule: After a hundred in a row only a reset opens the account again

    Scenario: Waiting does not help
      Given Mallory has patiently tried 100 passwords on Ada's address
      And 1 year passes
      When Ada logs in
      Then she is refused because the address or the password is wrong, and told that a reset helps

    Scenario: An address that nobody has is refused in the same words
      Given Mallory has patiently tried 100 passwords on Ada's address
      And Mallory has patiently tried 100 passwords on "nobody@example.com"
      And 1 year passes
      When Mallory tries a password on "ada@example.com" and on "nobody@example.com"
      Then he gets one and the same refusal, because the address or the password is wrong

    Scenario: A reset helps
      Given Mallory has patiently tried 100 passwords on Ada's address
      And Ada holds a reset token
      When Ada resets her password
      Then she can log in

    Scenario: A login in between begins the row anew
      Given Mallory has patiently tried 60 passwords on Ada's address
      And Ada has logged in
      And Mallory has patiently tried 60 passwords on Ada's address
      When Ada logs in
      Then she is logged in

  Rule: The current password cannot be guessed either

    Scenario: Ten wrong ones at an open laptop
      Given Ada has logged in
      And Ada has given 10 wrong current passwords
      When Ada moves to "lovelace@example.com" with her current password
      Then she is refused because of too many attempts, for 15 minutes

  Rule: Asking for resets is slowed down

    Scenario: Ten for one address from one place in an hour
      Given Mallory has asked 10 times for a reset of Ada's password
      When Mallory asks for a reset of Ada's password
      Then Mallory is refused because of too many attempts, for 1 hour

    Scenario: An hour later
      Given Mallory has asked 10 times for a reset of Ada's password
      And 1 hour passes
      When Ada asks for a reset
      Then one more reset letter reaches her

    Scenario: Ada still gets hers
      Given Mallory has asked 10 times for a reset of Ada's password
      When Ada asks for a reset
      Then one more reset letter reaches her

    Scenario: Twenty for one address from anywhere
      Given Mallory has asked 20 times for a reset of Ada's password, each time from another place
      When Ada asks for a reset
      Then she is refused because of too many attempts, for 1 hour

    Scenario: A hundred from one place
      Given Mallory has asked for a reset for 100 addresses
      When Mallory asks for a reset of Ada's password
      Then Mallory is refused because of too many attempts, for 1 hour

  Rule: Guessing tokens is slowed down

    Scenario: Ten for one address from one place
      Given Mallory has tried 10 tokens on Ada's address
      When Mallory resets Ada's password with a made-up token
      Then Mallory is refused because of too many attempts, for 1 hour

    Scenario: The tenth is still looked at
      Given Mallory has tried 9 tokens on Ada's address
      When Mallory resets Ada's password with a made-up token
      Then Mallory is refused because the token opens nothing

    Scenario: Thirty for one address from anywhere
      Given Mallory has tried 30 tokens on Ada's address, each from another place
      When Mallory resets Ada's password with a made-up token
      Then Mallory is refused because of too many attempts, for 1 hour

    Scenario: A hundred from one place on any addresses
      Given Mallory has tried a token on 100 addresses
      When Mallory resets Ada's password with a made-up token
      Then Mallory is refused because of too many attempts, for 1 hour

  Rule: Whoever holds the token gets in, whatever others have guessed

    Scenario: From where Ada is
      Given Ada and Mallory are in the café
      And Ada holds a reset token
      And Mallory has tried 10 tokens on Ada's address
      When Ada resets her password
      Then she can log in

    Scenario: From many places
      Given Ada holds a reset token
      And Mallory has tried 30 tokens on Ada's address, each from another place
      When Ada resets her password
      Then she can log in

    Scenario: On a hundred addresses from where Ada is
      Given Ada and Mallory are in the café
      And Ada holds a reset token
      And Mallory has tried a token on 100 addresses
      When Ada resets her password
      Then she can log in

    Scenario: After many typing errors of her own
      Given Ada holds a reset token
      And Ada has tried 10 tokens that open nothing
      When she resets her password
      Then she can log in

  Rule: Opening accounts by the hundred is slowed down

    Scenario: Three hundred from one place in ten minutes
      Given 300 people have registered where Grace is
      When Grace registers
      Then she is refused because of too many attempts, for 10 minutes
