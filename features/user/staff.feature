Feature: Staff
  A person with a role administers as far as the role goes. An administrator gives and removes roles.

  Background:
    Given a production server
    And Ada, Grace and Linus have registered

  Rule: A person with a role proves their address before they log in again

    Scenario: The sessions and the password go
      Given Ada has logged in on her laptop
      When the administrator gives Ada the role "reader"
      Then Ada is logged out on her laptop
      And she cannot log in

    Scenario: The token of the email sets a new password
      Given Ada works as "reader"
      When Ada reads the list 5 a page
      Then she has seen Ada, Grace and Linus on 1 page

    Scenario: The token is valid for 10 minutes
      Given the administrator gives Ada the role "reader"
      And Ada holds the token of the email about her role
      When 10 minutes pass
      And Ada resets her password
      Then she is rejected because the token is invalid

  Rule: The role decides what a person may do

    Scenario Outline: <role>
      Given Ada works as "<role>"
      When Ada changes Grace's name to "Grace Hopper"
      Then <outcome>

      Examples:
        | role    | outcome                                 |
        | admin   | Grace's record shows the name "Grace Hopper" |
        | support | Grace's record shows the name "Grace Hopper" |
        | reader  | Ada is rejected because access is denied |

    Scenario: Only an admin gives roles
      Given Ada works as "support"
      When Ada gives Grace the role "reader"
      Then Ada is rejected because access is denied

    Scenario: Another person with a role is left to admins
      Given Ada works as "support"
      And Grace works as "reader"
      When Ada changes Grace's name to "Eve"
      Then Ada is rejected because access is denied

  Rule: A change holds from the next request on

    Scenario: A role is removed
      Given Ada works as "reader"
      When the administrator removes the role of Ada
      And Ada reads the list 5 a page
      Then Ada is rejected because access is denied

    Scenario: There was no role
      When the administrator removes the role of Ada
      Then they are rejected because the user has no role

  Rule: The last admin stays

    Scenario: The last admin cannot remove their own role
      Given Ada works as "admin"
      When Ada removes the role of Ada
      Then Ada is rejected because she is the last admin

    Scenario: One of two can
      Given Ada works as "admin"
      And Grace works as "admin"
      When Ada removes the role of Ada
      And Ada reads the list 5 a page
      Then Ada is rejected because access is denied

    Scenario: The last admin cannot leave
      Given Ada works as "admin"
      When Ada deletes her account
      Then she is rejected because she is the last admin
