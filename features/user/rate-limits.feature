Feature: Rate limits
  Limits slow down guessing of passwords and tokens, and mass registration. Occasional mistakes stay below them.

  Background:
    Given a production server
    And Ada has registered

  Rule: Ten wrong passwords on one address from one network per quarter of an hour

    Scenario: The tenth attempt is still evaluated
      Given Ada has mistyped her password 9 times
      When she logs in
      Then she is logged in

    Scenario: The eleventh attempt is rejected, right or wrong
      Given Mallory has tried 10 passwords on Ada's address
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because of too many attempts, for 15 minutes

    Scenario: Almost a quarter of an hour later
      Given Ada has mistyped her password 10 times
      And 15 minutes less 1 second pass
      When she logs in
      Then she is rejected because of too many attempts, for 1 second

    Scenario: A quarter of an hour later
      Given Ada has mistyped her password 10 times
      And 15 minutes pass
      When she logs in
      Then she is logged in

    Scenario: A successful login resets the count
      Given Ada has mistyped her password 9 times
      And Ada has logged in
      And Ada has mistyped her password 9 times
      When she logs in
      Then she is logged in

    Scenario: Ada is not locked out where she is
      Given Mallory has tried 10 passwords on Ada's address
      When Ada logs in
      Then she is logged in

    Scenario: Another user of Mallory's network is not locked out
      Given Grace has registered
      And Grace and Mallory are in the café
      And Mallory has tried 10 passwords on Ada's address
      When Grace logs in
      Then she is logged in

    Scenario: Unknown addresses are counted as well
      Given Mallory has tried 10 passwords on "unknown@example.com"
      When Mallory logs in with "unknown@example.com" and "any password"
      Then he is rejected because of too many attempts, for 15 minutes

    Scenario: All IPv6 addresses of one /64 count as one network
      Given Mallory has tried 10 passwords on Ada's address, each from another address of his network
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because of too many attempts, for 15 minutes

  Rule: Thirty attempts on one address from all networks per hour

    Scenario: Coming from elsewhere each time does not help
      Given Mallory has tried 30 passwords on Ada's address, each from another network
      When Ada logs in
      Then she is rejected because of too many attempts, for 1 hour

    Scenario: An hour later
      Given Mallory has tried 30 passwords on Ada's address, each from another network
      And 1 hour passes
      When Ada logs in
      Then she is logged in

  Rule: A hundred attempts from one network per quarter of an hour

    Scenario: Another address each time does not help
      Given Mallory has tried a password on 100 addresses
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because of too many attempts, for 15 minutes

    Scenario: A quarter of an hour later
      Given Mallory has tried a password on 100 addresses
      And 15 minutes pass
      When Mallory logs in with Ada's address and password
      Then Mallory is logged in as Ada

    Scenario: Those who know their password are not counted
      Given Ada has logged in 100 times
      When she logs in
      Then she is logged in

  Rule: After a hundred consecutive failures only a reset reopens the account

    Scenario: Waiting does not help
      Given Mallory has slowly tried 100 passwords on Ada's address
      And 1 year passes
      When Ada logs in
      Then she is rejected because the address or the password is wrong, with the advice to reset it

    Scenario: An unknown address gets the same response
      Given Mallory has slowly tried 100 passwords on Ada's address
      And Mallory has slowly tried 100 passwords on "unknown@example.com"
      And 1 year passes
      When Mallory tries a password on "ada@example.com" and on "unknown@example.com"
      Then he gets the same error for both, because the address or the password is wrong

    Scenario: The owner gets an email, at most one a day
      Given Mallory has slowly tried 100 passwords on Ada's address
      And one email about locked log-ins has reached Ada
      And Mallory has slowly tried 30 passwords on Ada's address
      Then one email about locked log-ins reaches Ada

    Scenario: And another one if it goes on the next day
      Given Mallory has slowly tried 100 passwords on Ada's address
      And one email about locked log-ins has reached Ada
      And 24 hours pass
      And Mallory has slowly tried 10 passwords on Ada's address
      Then a second email about locked log-ins reaches Ada

    Scenario: Ninety failures send none, nor do many with a log-in in between
      Given Mallory has slowly tried 90 passwords on Ada's address
      And Ada has logged in
      And Mallory has slowly tried 90 passwords on Ada's address
      Then no email about locked log-ins reaches Ada

    Scenario: A reset helps
      Given Mallory has slowly tried 100 passwords on Ada's address
      And Ada holds a reset token
      When Ada resets her password
      Then she can log in

    Scenario: A login in between begins the row anew
      Given Mallory has slowly tried 60 passwords on Ada's address
      And Ada has logged in
      And Mallory has slowly tried 60 passwords on Ada's address
      When Ada logs in
      Then she is logged in

  Rule: A network from which the owner has logged in counts by itself

    Background:
      Given Ada has logged in

    Scenario: Others do not lock the owner out
      Given Mallory has tried 30 passwords on Ada's address, each from another network
      When Ada logs in
      Then she is logged in

    Scenario: They are locked out themselves, right or wrong
      Given Mallory has tried 30 passwords on Ada's address, each from another network
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because of too many attempts, for 1 hour

    Scenario: The owner is where she has never been
      Given Mallory has tried 30 passwords on Ada's address, each from another network
      And Ada and Grace are in the café
      When Ada logs in
      Then she is rejected because of too many attempts, for 1 hour

    Scenario: A hundred failures in a row from elsewhere
      Given Mallory has slowly tried 100 passwords on Ada's address
      When Ada logs in
      Then she is logged in

    Scenario: The owner's own mistakes
      Given Ada has mistyped her password 10 times
      When she logs in
      Then she is rejected because of too many attempts, for 15 minutes

    Scenario: After 90 days without a log-in it is a network like any other
      Given 90 days pass
      And Mallory has tried 30 passwords on Ada's address, each from another network
      When Ada logs in
      Then she is rejected because of too many attempts, for 1 hour

  Rule: Guesses at the current password are limited

    Scenario: Ten wrong passwords in an open session
      Given Ada has logged in
      And Ada has given 10 wrong current passwords
      When Ada changes the address to "lovelace@example.com" with her current password
      Then she is rejected because of too many attempts, for 15 minutes

  Rule: Reset requests are limited

    Scenario: Ten for one address from one network in an hour
      Given Mallory has asked 10 times for a reset of Ada's password
      When Mallory asks for a reset of Ada's password
      Then Mallory is rejected because of too many attempts, for 1 hour

    Scenario: An hour later
      Given Mallory has asked 10 times for a reset of Ada's password
      And 1 hour passes
      When Ada asks for a reset
      Then one more reset email reaches her

    Scenario: Ada still gets hers
      Given Mallory has asked 10 times for a reset of Ada's password
      When Ada asks for a reset
      Then one more reset email reaches her

    Scenario: Twenty for one address from anywhere
      Given Mallory has asked 20 times for a reset of Ada's password, each time from another network
      When Ada asks for a reset
      Then she is rejected because of too many attempts, for 1 hour

    Scenario: A hundred from one network
      Given Mallory has asked for a reset for 100 addresses
      When Mallory asks for a reset of Ada's password
      Then Mallory is rejected because of too many attempts, for 1 hour

  Rule: Guesses at tokens are limited

    Scenario: Ten for one address from one network
      Given Mallory has tried 10 tokens on Ada's address
      When Mallory resets Ada's password with a made-up token
      Then Mallory is rejected because of too many attempts, for 1 hour

    Scenario: The tenth attempt is still evaluated
      Given Mallory has tried 9 tokens on Ada's address
      When Mallory resets Ada's password with a made-up token
      Then Mallory is rejected because the token is invalid

    Scenario: Thirty for one address from anywhere
      Given Mallory has tried 30 tokens on Ada's address, each from another network
      When Mallory resets Ada's password with a made-up token
      Then Mallory is rejected because of too many attempts, for 1 hour

    Scenario: A hundred from one network on any addresses
      Given Mallory has tried a token on 100 addresses
      When Mallory resets Ada's password with a made-up token
      Then Mallory is rejected because of too many attempts, for 1 hour

  Rule: Changes of address and password are limited

    Background:
      Given Ada has logged in

    Scenario: Twenty changes of the address in an hour
      Given Ada has changed the address 20 times
      When Ada changes the address to "lovelace@example.com" with her current password
      Then she is rejected because of too many attempts, for 1 hour

    Scenario: An hour later
      Given Ada has changed the address 20 times
      And 1 hour passes
      When Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"

    Scenario: Probing which addresses are registered
      Given Grace has registered
      And Ada has tried 20 times to take the address of Grace
      When Ada changes the address to "lovelace@example.com" with her current password
      Then she is rejected because of too many attempts, for 1 hour

    Scenario: Twenty changes of the password in an hour
      Given Ada has changed her password 20 times
      When Ada changes her password
      Then she is rejected because of too many attempts, for 1 hour

  Rule: Notifications to one recipient are limited

    Scenario: An account that is created and deleted again and again
      Given an account of "grace@example.com" has been created and deleted 30 times
      Then 20 emails reach "grace@example.com"

    Scenario: Accounts that take the address one after the other
      Given 30 accounts have had the address "grace@example.com" one after the other
      Then 20 emails reach "grace@example.com"

    Scenario: A reset is still sent
      Given an account of "grace@example.com" has been created and deleted 30 times
      And Grace has registered
      When Grace asks for a reset
      Then one reset email reaches her

  Rule: A valid token works whatever others have guessed

    Scenario: From Ada's network
      Given Ada and Mallory are in the café
      And Ada holds a reset token
      And Mallory has tried 10 tokens on Ada's address
      When Ada resets her password
      Then she can log in

    Scenario: From many networks
      Given Ada holds a reset token
      And Mallory has tried 30 tokens on Ada's address, each from another network
      When Ada resets her password
      Then she can log in

    Scenario: On a hundred addresses from Ada's network
      Given Ada and Mallory are in the café
      And Ada holds a reset token
      And Mallory has tried a token on 100 addresses
      When Ada resets her password
      Then she can log in

    Scenario: After many typing errors of her own
      Given Ada holds a reset token
      And Ada has tried 10 invalid tokens
      When she resets her password
      Then she can log in

  Rule: Registrations from one network are limited

    Scenario: Three hundred from one network in ten minutes
      Given 300 people have registered from Grace's network
      When Grace registers
      Then she is rejected because of too many attempts, for 10 minutes
