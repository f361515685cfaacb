Feature: Sample users
  Who tries a house in development for the first time finds two people in it.

  Rule: An empty house in development gets Alice and Bob

    Scenario: The first start
      Given a house in development with sample users
      When a stranger reads the list 5 a page
      Then they have seen Alice and Bob on 1 page

    Scenario: The second start adds nobody
      Given a house in development with sample users
      And the house has been started again
      When a stranger reads the list 5 a page
      Then they have seen Alice and Bob on 1 page

    Scenario: A house where somebody lives is left alone
      Given a house in development
      And Ada has registered
      And the house has been started again with sample users
      When a stranger reads the list 5 a page
      Then they have seen Ada alone

    Scenario: Never in production
      Given a house in production with sample users
      When the administrator reads the list 5 a page
      Then they have seen nobody on 1 page

  Rule: They have no password until somebody resets it

    Scenario Outline: Not even "<password>"
      Given a house in development with sample users
      When Mallory logs in with "alice@example.com" and "<password>"
      Then he is refused because the address or the password is wrong

      Examples:
        | password |
        | alice    |
        | Alice    |
        | password |
        |          |

    Scenario: A reset gives one
      Given a house in development with sample users
      And Alice holds a reset token
      When she resets her password
      Then she can log in

  Rule: The house can begin anew

    Scenario: Everybody is gone but the two
      Given a house in development with sample users
      And Ada has registered and logged in
      When the operator lets the house begin anew
      Then only Alice and Bob have an account
      And Ada is logged out
