Feature: Idempotent requests
  A client that received no response repeats its request with the same idempotency key. Nothing happens twice.

  Background:
    Given a production server

  Rule: A repetition gets the first response

    Scenario: An account is created
      Given the administrator has created an account for Grace with the key "a"
      When the administrator creates an account for Grace with the key "a"
      Then they get the first response again
      And only Grace has an account

    Scenario: Twice at the same time
      When the administrator creates an account for Grace with the key "a" twice at the same time
      Then they get the first response again
      And only Grace has an account

    Scenario: A license is issued
      Given Ada has registered
      And the administrator has issued a license to Ada with the key "a"
      When the administrator issues a license to Ada with the key "a"
      Then they get the first response again
      And Ada holds 1 license

    Scenario: A license is renewed
      Given Ada has registered
      And Ada holds a license:
        | runs for | 30 days |
      And the administrator has renewed Ada's license by 10 days with the key "a"
      When the administrator renews Ada's license by 10 days with the key "a"
      Then they get the first response again
      And Ada's license ends in 40 days

    Scenario: The record has changed since
      Given the administrator has created an account for Grace with the key "a"
      And the administrator changes Grace's name to "Grace Hopper"
      When the administrator creates an account for Grace with the key "a"
      Then they get the first response again
      And Grace's record shows the name "Grace Hopper"

  Rule: Another key is another request

    Scenario: A license is renewed twice
      Given Ada has registered
      And Ada holds a license:
        | runs for | 30 days |
      And the administrator has renewed Ada's license by 10 days with the key "a"
      When the administrator renews Ada's license by 10 days with the key "b"
      Then Ada's license ends in 50 days

  Rule: A key belongs to one caller and one request

    Scenario: The key of another request
      Given the administrator has created an account for Grace with the key "a"
      When the administrator creates an account for Linus with the key "a"
      Then they are rejected because the key was used for another request
      And only Grace has an account

    Scenario: The key of another caller
      Given Ada has registered and logged in
      And Ada has changed her name to "Ada King" with the key "a"
      When the administrator changes Ada's name to "Ada Byron" with the key "a"
      Then Ada's record shows the name "Ada Byron"

  Rule: A rejection is not recorded

    Scenario: The reason of the rejection is gone
      Given Mallory has registered as "grace@example.com"
      When the administrator creates an account for Grace with the key "a"
      Then they are rejected because the address is taken
      Given Mallory has changed the address to "mallory@example.com"
      When the administrator creates an account for Grace with the key "a"
      Then Grace has an account

  Rule: A key is kept for 24 hours

    Scenario: Within this time
      Given the administrator has created an account for Grace with the key "a"
      When 23 hours pass
      And the administrator creates an account for Grace with the key "a"
      Then they get the first response again

    Scenario: After it
      Given the administrator has created an account for Grace with the key "a"
      When 25 hours pass
      And the administrator creates an account for Grace with the key "a"
      Then they are rejected because the address is taken
