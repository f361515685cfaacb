Feature: License emails
  An owner gets the key of a license by email when staff send it, and hears before the license ends.

  Background:
    Given a production server
    And Ada and Bob have registered

  Rule: Staff send the key to the owner

    Background:
      Given Ada holds a license

    Scenario: An administrator
      When the administrator sends Ada's license by email
      Then one email with the key reaches Ada
      And the email contains the key of Ada's license

    Scenario: Support
      Given Bob works as "support"
      When Bob sends Ada's license by email
      Then one email with the key reaches Ada
      And no email with the key reaches Bob
      And the audit log says that Bob, as "support", did "license.mailed" to Ada's license

    Scenario: Owners cannot send it
      Given Ada has logged in
      When Ada sends Ada's license by email
      Then she is rejected because access is denied
      And no email with the key reaches Ada

    Scenario: A suspended license
      Given her license has been suspended
      When the administrator sends Ada's license by email
      Then one email with the key reaches Ada

    Scenario: A revoked license
      Given her license has been revoked
      When the administrator sends Ada's license by email
      Then they are rejected because the state of the license forbids it
      And no email with the key reaches Ada

    Scenario: A banned owner
      Given Ada has been banned
      When the administrator sends Ada's license by email
      Then they are rejected because the state of the user forbids it
      And no email with the key reaches Ada

    Scenario: An address that is not confirmed
      Given accounts open for confirmed addresses
      When the administrator sends Ada's license by email
      Then they are rejected because the state of the user forbids it
      And no email with the key reaches Ada

    Scenario: The owner is banned before the email is sent
      Given the mail server was down when the key of Ada's license was sent
      And Ada has been banned
      When the mail server is back 1 hour later
      Then no email with the key reaches Ada

  Rule: The key is sent at the issue where staff want it

    Scenario: They want it
      When the administrator issues a license to Ada and notifies her
      Then one email with the key reaches Ada
      And the email contains the key of Ada's license

    Scenario: They do not
      When the administrator issues a license to Ada
      Then no email with the key reaches Ada

    Scenario: It cannot be sent, so there is no license
      Given accounts open for confirmed addresses
      When the administrator issues a license to Ada and notifies her
      Then they are rejected because the state of the user forbids it
      And Ada has no license

  Rule: The owner hears 14 days and 3 days before the end

    Background:
      Given the server sends notices of the end of licenses
      And Ada holds a license:
        | runs for | 30 days |

    Scenario: In time
      When the server runs for 31 days
      Then Ada gets a notice on the days 16 and 27

    Scenario: After a downtime
      Given the server was down for 20 days
      When the server runs for 11 days
      Then Ada gets a notice on the days 21 and 27

    Scenario: Never after the end
      Given the server was down for 30 days
      When the server runs for 5 days
      Then Ada gets no notice

    Scenario: A renewal has notices of its own
      Given the server runs for 20 days
      And the administrator renews Ada's license by 30 days
      When the server runs for 41 days
      Then Ada gets a notice on the days 16, 46 and 57

    Scenario: A suspended license
      Given her license has been suspended
      When the server runs for 31 days
      Then Ada gets no notice

    Scenario: A banned owner
      Given Ada has been banned
      When the server runs for 31 days
      Then Ada gets no notice

    Scenario: An address that is not confirmed
      Given accounts open for confirmed addresses
      When the server runs for 31 days
      Then Ada gets no notice
