Feature: Logging in and out
  A session begins with the right password and ends at logout.

  Background:
    Given a production server
    And Ada has registered as "Ada@example.com"

  Rule: The right password opens a session

    Scenario: The right password
      When Ada logs in
      Then she is logged in

    Scenario: The address in another case
      When Ada logs in as "ADA@EXAMPLE.COM"
      Then she is logged in

    Scenario: The password in another case
      When Ada logs in with "ADA LIKES LONG WALKS"
      Then she is rejected because the address or the password is wrong
      And she is logged out

    Scenario: A space too much
      When Ada logs in with "Ada likes long walks "
      Then she is rejected because the address or the password is wrong

    Scenario: A very long password
      When Ada logs in with a password of 20000 characters
      Then she is rejected because the address or the password is wrong

  Rule: A wrong password and an unknown address get the same response

    Scenario: The response does not reveal whether the address is known
      When Mallory tries a password on "ada@example.com" and on "unknown@example.com"
      Then he gets the same error for both, because the address or the password is wrong

  Rule: Passwords are compared by their characters, however they are encoded

    Scenario: Registered in NFC, logged in with NFD
      Given Renée has registered with "crème brûlée" in NFC
      When she logs in with "crème brûlée" in NFD
      Then she is logged in

    Scenario: Registered in NFD, logged in with NFC
      Given Renée has registered with "crème brûlée" in NFD
      When she logs in with "crème brûlée" in NFC
      Then she is logged in

    Scenario: Without accents
      Given Renée has registered with "crème brûlée" in NFC
      When she logs in with "creme brulee"
      Then she is rejected because the address or the password is wrong

  Rule: Logging out ends one session

    Background:
      Given Ada has logged in on her laptop and on her phone

    Scenario: Out on the laptop
      When Ada logs out on her laptop
      Then she is logged out on her laptop
      And she is logged in on her phone

    Scenario: A second logout
      Given Ada has logged out on her laptop
      When she logs out on her laptop
      Then she is rejected because there is no session

  Rule: A session cannot be fixed before login

    Scenario: The session that the browser presented ends with the login
      Given Mallory has registered and logged in
      And Mallory has planted his session on Ada's laptop
      When Ada logs in on her laptop
      Then she is logged in on her laptop
      And Mallory is logged out

    Scenario: A made-up session does not become hers
      Given Mallory has planted a made-up session on Ada's laptop
      When Ada logs in on her laptop
      Then her laptop shows another session
      And the made-up session is invalid

    Scenario: A failed login leaves what is there
      Given Ada has logged in
      When Ada logs in with "something else"
      Then she is rejected because the address or the password is wrong
      And she is logged in

  Rule: A session needs a valid token

    Scenario: A made-up session opens nothing
      When Mallory sends a request with a made-up session
      Then he is rejected because there is no session
