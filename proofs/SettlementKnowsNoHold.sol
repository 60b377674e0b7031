// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";

/// @notice Whatever asks `_load` for an account learns nothing of its hold: two consumers that differ in their holds alone have
/// the same balance, limit and room. A settlement reads an account by `_load` alone.
contract SettlementKnowsNoHold {
    // source: Account _accounts NO_LIMIT _load
    // keyed: account

    function prove(address one, address other, uint256 defaultLimit) external view {
        require(_accounts[one].balance == _accounts[other].balance);
        require(_accounts[one].dailyLimit == _accounts[other].dailyLimit);
        require(_accounts[one].drawn == _accounts[other].drawn && _accounts[one].drawnAt == _accounts[other].drawnAt);
        require(_accounts[one].heldUntil != _accounts[other].heldUntil);
        (uint256 balance, uint256 limit, uint256 room) = _load(one, defaultLimit);
        (uint256 otherBalance, uint256 otherLimit, uint256 otherRoom) = _load(other, defaultLimit);
        assert(balance == otherBalance && limit == otherLimit && room == otherRoom);
        // witness: limit == 0
        // witness: limit == 1 && room == 0
    }
}
