Feature: Logging in and out
  A session begins with the right password and ends when its owner says so.

  Background:
    Given a house in production
    And Ada has registered as "Ada@example.com"

  Rule: Who knows the password comes in

    Scenario: The right password
      When Ada logs in
      Then she is logged in

    Scenario: The address in another case
      When Ada logs in as "ADA@EXAMPLE.COM"
      Then she is logged in

    Scenario: The password in another case
      When Ada logs in with "ADA LIKES LONG WALKS"
      Then she is refused because the address or the password is wrong
      And she is logged out

    Scenario: A space too much
      When Ada logs in with "Ada likes long walks "
      Then she is refused because the address or the password is wrong

    Scenario: A very long password
      When Ada logs in with a password of 20000 characters
      Then she is refused because the address or the password is wrong

  Rule: A wrong password and an unknown address are one answer

    Scenario: Mallory learns nothing
      When Mallory tries a password on "ada@example.com" and on "nobody@example.com"
      Then he gets one and the same refusal, because the address or the password is wrong

  Rule: A password is its characters, however a keyboard writes them

    Scenario: One keyboard writes é in one piece, the other in two
      Given Renée has registered with "crème brûlée", each accent in one piece with its letter
      When she logs in with "crème brûlée", each accent apart from its letter
      Then she is logged in

    Scenario: And the other way round
      Given Renée has registered with "crème brûlée", each accent apart from its letter
      When she logs in with "crème brûlée", each accent in one piece with its letter
      Then she is logged in

    Scenario: Without accents it is another password
      Given Renée has registered with "crème brûlée", each accent in one piece with its letter
      When she logs in with "creme brulee"
      Then she is refused because the address or the password is wrong

  Rule: Logging out ends this session and no other

    Background:
      Given Ada has logged in on her laptop and on her phone

    Scenario: Out on the laptop
      When Ada logs out on her laptop
      Then she is logged out on her laptop
      And she is logged in on her phone

    Scenario: Out is out
      Given Ada has logged out on her laptop
      When she logs out on her laptop
      Then she is refused because nobody is logged in

  Rule: A session cannot be planted

    Scenario: What the browser showed before ends with the login
      Given Mallory has registered and logged in
      And Mallory has planted his session on Ada's laptop
      When Ada logs in on her laptop
      Then she is logged in on her laptop
      And Mallory is logged out

    Scenario: A made-up session does not become hers
      Given Mallory has planted a made-up session on Ada's laptop
      When Ada logs in on her laptop
      Then her laptop shows another session
      And the made-up session opens nothing

    Scenario: A failed login leaves what is there
      Given Ada has logged in
      When Ada logs in with "something else"
      Then she is refused because the address or the password is wrong
      And she is logged in

  Rule: A session is somebody's own

    Scenario: A made-up session opens nothing
      When Mallory comes by with a made-up session
      Then he is refused because nobody is logged in
