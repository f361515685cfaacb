Feature: Bans
  A banned user is kept out, and their software stops, until they are unbanned.

  Background:
    Given a production server that issues license files
    And Ada and Grace have registered

  Rule: A ban ends what was open

    Scenario: The sessions
      Given Ada has logged in on her laptop
      When the administrator bans Ada
      Then Ada is logged out on her laptop
      And she cannot log in

    Scenario: A reset token
      Given Ada holds a reset token
      And Ada has been banned
      When Ada resets her password
      Then she is rejected because the token is invalid

    Scenario: A reset is asked for as ever, and no email follows
      Given Ada has been banned
      When Ada asks for a reset
      Then no reset email reaches Ada

    Scenario: Others stay
      Given Grace has logged in on her laptop
      When the administrator bans Ada
      Then Grace is logged in on her laptop

  Rule: The software of a banned user does not run

    Background:
      Given Ada holds a license:
        | machines | 2 |
        | runs for | 30 days |
      And her laptop is activated

    Scenario: The license says so
      When the administrator bans Ada
      Then the software does not run for Ada because the owner is banned

    Scenario: Revocation is final, and goes before
      Given Ada has been banned
      When the administrator revokes Ada's license
      Then the software does not run for Ada because the license was revoked

    Scenario: A suspension comes after
      Given her license has been suspended
      When the administrator bans Ada
      Then the software does not run for Ada because the owner is banned

    Scenario: A license file lasts until its end
      Given the application on her laptop has fetched a license file
      When the administrator bans Ada
      Then the software runs offline on her laptop

    Scenario: There is no other file
      Given Ada has been banned
      When the application on her laptop fetches a license file
      Then she is rejected because the state of the license forbids it

    Scenario: There is no other machine
      Given Ada has been banned
      When Ada activates her phone
      Then she is rejected because the state of the license forbids it

    Scenario: There is no other license
      Given Ada has been banned
      When the administrator issues a license to Ada
      Then they are rejected because the state of the user forbids it

    Scenario: There is no renewal
      Given Ada has been banned
      When the administrator renews Ada's license by 10 days
      Then they are rejected because the state of the user forbids it

    Scenario: None is issued beside a ban
      When 20 licenses are issued to Grace while the administrator bans Grace
      Then no license of Grace is valid

  Rule: An unban restores what was, but not the sessions

    Scenario: The license is what it was
      Given Ada holds a license
      And Ada has been banned
      When the administrator unbans Ada
      Then the software runs for Ada
      And Ada can log in

    Scenario: A suspended license is suspended
      Given Ada holds a license
      And her license has been suspended
      And Ada has been banned
      When the administrator unbans Ada
      Then the software does not run for Ada because the license is suspended

    Scenario: The sessions stay ended
      Given Ada has logged in on her laptop
      And Ada has been banned
      When the administrator unbans Ada
      Then Ada is logged out on her laptop

    Scenario: There was no ban
      When the administrator unbans Ada
      Then they are rejected because the state of the user forbids it

  Rule: The record shows the ban

    Scenario: It begins with the first ban and has the reason of the last
      Given the administrator bans Ada because of "a chargeback"
      When 1 hour passes
      And the administrator bans Ada because of "two chargebacks"
      Then Ada's record shows a ban since 1 hour because of "two chargebacks"

    Scenario: It ends
      Given Ada has been banned
      When the administrator unbans Ada
      Then Ada's record shows no ban

  Rule: Support bans users, and admins ban support

    Scenario Outline: <role>
      Given Ada works as "<role>"
      When Ada bans Grace
      Then <outcome>

      Examples:
        | role    | outcome                                  |
        | support | Grace cannot log in                      |
        | reader  | Ada is rejected because access is denied |

    Scenario: Another person with a role is left to admins
      Given Ada works as "support"
      And Grace works as "reader"
      When Ada bans Grace
      Then Ada is rejected because access is denied

    Scenario: Users cannot ban themselves
      Given Ada works as "support"
      When Ada bans Ada
      Then Ada is rejected because users cannot ban themselves

    Scenario: A banned admin is none
      Given Ada works as "admin"
      And Grace works as "admin"
      And Grace has been banned
      When Ada removes the role of Ada
      Then Ada is rejected because she is the last admin
