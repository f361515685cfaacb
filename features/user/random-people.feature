Feature: Random people
  An administrator fills an empty house with people who do not exist, to see what it looks like.

  Background:
    Given a house in production

  Rule: As many come in as the administrator asks for

    Scenario: Ten
      When the administrator lets 10 random people in
      Then 10 people with a name have an account

    Scenario: A hundred
      When the administrator lets 100 random people in
      Then 100 people with a name have an account

    Scenario: More than can come at once
      When the administrator lets 101 random people in
      Then they are refused because so many cannot come at once
      And nobody has an account

    Scenario: Nobody
      When the administrator lets 0 random people in
      Then they are refused because so many cannot come at once

  Rule: They are nobody, so nothing is told to them or known of them

    Scenario: No password opens their accounts
      When the administrator lets 3 random people in
      Then nobody can log in as any of them

    Scenario: No letter is written
      When the administrator lets 3 random people in
      Then no letter reaches any of them

  Rule: Who is there already stays as they are, and nobody comes in twice

    Scenario: The same ten again
      Given the same people come again and again
      And the administrator has let 10 random people in
      When the administrator lets 10 random people in
      Then 10 people with a name have an account

    Scenario: The same ten, and two more
      Given the same people come again and again
      And the administrator has let 10 random people in
      When the administrator lets 12 random people in
      Then 2 of them come in
      And 12 people with a name have an account

  Rule: It is for the administrator to do

    Scenario: Not Ada
      Given Ada has registered and logged in
      When Ada lets 10 random people in
      Then she is refused because it is for the administrator to do

    Scenario: Not a stranger
      When a stranger lets 10 random people in
      Then they are refused because the house does not know who is asking
      And nobody has an account

  Rule: Where nobody is to be had, nobody comes in

    Scenario: The service that makes them up is silent
      Given random people are not to be had
      When the administrator lets 10 random people in
      Then they are refused because random people are not to be had
      And nobody has an account
