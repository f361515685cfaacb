Feature: Where am I logged in?
  Somebody sees on which devices they are logged in and signs out the one they lost.

  Background:
    Given a house in production
    And Ada has registered
    And Ada has logged in on her laptop

  Rule: Every session is listed, and the one that asks is marked

    Scenario: Two devices
      Given 2 hours pass
      And Ada has logged in on her phone in the café
      When 3 hours pass
      Then on her phone she sees her sessions
        | device | place | began       | last seen     | this one |
        | laptop | home  | 5 hours ago | 5 hours ago   | no       |
        | phone  | café  | 3 hours ago | 0 seconds ago | yes      |

    Scenario: Use is seen
      Given Ada has logged in on her phone
      And 2 hours pass
      When she comes by on her laptop
      Then on her laptop she sees her sessions
        | device | place | began       | last seen     | this one |
        | laptop | home  | 2 hours ago | 0 seconds ago | yes      |
        | phone  | home  | 2 hours ago | 2 hours ago   | no       |

    Scenario: What has ended is not listed
      Given Ada has logged in on her phone
      When she logs out on her phone
      Then on her laptop she sees only her laptop

    Scenario: What has been idle too long is not listed
      Given 4 days pass
      And Ada has logged in on her phone
      When 3 days pass
      Then on her phone she sees only her phone

    Scenario: Nobody sees another's
      Given Mallory has registered and logged in
      When Mallory comes by on his laptop
      Then on his laptop he sees only his laptop

    Scenario: Strangers see nothing
      When a stranger looks at their sessions
      Then they are refused because the house does not know who is asking

  Rule: One can be ended

    Scenario: The phone is lost
      Given Ada has logged in on her phone
      When she signs her phone out from her laptop
      Then she is logged out on her phone
      And she is logged in on her laptop

    Scenario: Even the one that asks
      When Ada signs her laptop out from her laptop
      Then she is logged out on her laptop

    Scenario: Not another's
      Given Mallory has registered and logged in
      When Mallory signs Ada's laptop out
      Then Mallory is refused because there is no such session
      And Ada is logged in on her laptop

    Scenario: Another's looks like one that never was
      Given Mallory has registered and logged in
      When Mallory signs out a device that never was
      Then he is refused because there is no such session

    Scenario: Not by strangers
      When a stranger signs Ada's laptop out
      Then they are refused because the house does not know who is asking
      And Ada is logged in on her laptop

    Scenario: Any by the administrator
      When the administrator signs Ada's laptop out
      Then Ada is logged out on her laptop
