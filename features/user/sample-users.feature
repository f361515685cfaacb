Feature: Sample users
  A development server with an empty store creates two sample users, and Admin, who may administer it.

  Rule: An empty development server gets Alice, Bob and Admin

    Scenario: The first start
      Given a development server with sample users
      When an anonymous client reads the list 5 a page
      Then they have seen Alice, Bob and Admin on 1 page

    Scenario: The second start creates no users
      Given a development server with sample users
      And the server has been restarted
      When an anonymous client reads the list 5 a page
      Then they have seen Alice, Bob and Admin on 1 page

    Scenario: A server with users gets none
      Given a development server
      And Ada has registered
      And the server has been restarted with sample users
      When an anonymous client reads the list 5 a page
      Then they have seen Ada alone

    Scenario: Never in production
      Given a production server with sample users
      When the administrator reads the list 5 a page
      Then they have seen no users on 1 page

  Rule: Alice and Bob have no password until a reset

    Scenario Outline: Not even "<password>"
      Given a development server with sample users
      When Mallory logs in with "alice@example.com" and "<password>"
      Then he is rejected because the address or the password is wrong

      Examples:
        | password |
        | alice    |
        | Alice    |
        | password |
        |          |

    Scenario: A reset gives one
      Given a development server with sample users
      And Alice holds a reset token
      When she resets her password
      Then she can log in

  Rule: The operator can reset a development server

    Scenario: Only the sample users remain
      Given a development server with sample users
      And Ada has registered and logged in
      When the operator resets the server
      Then only Alice, Bob and Admin have an account
      And Ada is logged out

  Rule: Admin administers a development server, and nothing else

    Background:
      Given a development server with an administrator and sample users
      And the operator has reset the server and given Admin the password

    Scenario: In development
      Given Admin has logged in
      When Admin reads the list 5 a page
      Then they have seen Alice, Bob and Admin on 1 page

    Scenario: Only with that password
      When Admin logs in with "admin"
      Then they are rejected because the address or the password is wrong

    Scenario: No log-in in production
      Given the server has been restarted in production
      When Admin logs in
      Then they are rejected because the address or the password is wrong

    Scenario: No session in production
      Given Admin has logged in
      When the server has been restarted in production
      Then Admin is logged out

    Scenario: No API token in production
      Given Admin has logged in
      And Admin gives the build server a token for "users:read"
      And the server has been restarted in production
      When the build server reads the list 5 a page
      Then they are rejected because the API token is refused

    Scenario: In production Admin does not take the place of the last admin
      Given the server has been restarted in production
      And Ada has registered
      And Ada works as "admin"
      When Ada removes the role of Ada
      Then she is rejected because she is the last admin

    Scenario: In development Admin does
      Given Ada has registered
      And Ada works as "admin"
      When Ada removes the role of Ada
      And Ada reads the list 5 a page
      Then she is rejected because access is denied
