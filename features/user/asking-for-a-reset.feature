Feature: Asking for a reset
  Who forgot their password asks for a token. How much the house says depends on what it is for.

  Rule: A house in development tells the token, so that it can be tried without a post

    Background:
      Given a house in development
      And Ada has registered

    Scenario: It is told
      When Ada asks for a reset
      Then she is told a token

    Scenario: The letter says the same
      When Ada asks for a reset
      Then a reset letter with the token she was told reaches her

    Scenario: The address in another case
      When Ada asks for a reset for "ADA@EXAMPLE.COM"
      Then she is told a token

    Scenario: It says who is unknown
      When Mallory asks for a reset for "nobody@example.com"
      Then he is refused because nobody has this address

  Rule: A house in production sends the token by mail only, and tells nobody who is known

    Background:
      Given a house in production
      And Ada has registered

    Scenario: Somebody who is known
      When Ada asks for a reset
      Then she is told nothing
      And one reset letter reaches her

    Scenario: Somebody who is not
      When Mallory asks for a reset for "nobody@example.com"
      Then he is told nothing
      And no letter reaches "nobody@example.com"

    Scenario: The address in another case
      When Ada asks for a reset for "ADA@EXAMPLE.COM"
      Then she is told nothing
      And one reset letter reaches her

    Scenario: Only the owner of the address gets the letter
      When Mallory asks for a reset of Ada's password
      Then Mallory is told nothing
      And one reset letter reaches Ada
      And no letter reaches Mallory

  Rule: The time of a token runs from the letter, not from the wait for the post

    Background:
      Given a house in production
      And Ada has registered

    Scenario: The post was closed for longer than a token lives
      Given the post was closed when Ada asked for a reset
      And the post opens a day later
      When Ada resets her password with the token in her letter
      Then she can log in

    Scenario: Who is gone by then gets none
      Given the post was closed when Ada asked for a reset
      And Ada has logged in
      And Ada has left
      When the post opens a day later
      Then no reset letter reaches Ada
