// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";

/// @notice However long nothing was drawn, the room is at most one limit.
contract RoomAtMostLimit {
    function prove(uint64 limit, uint64 drawn, uint40 elapsed) external pure {
        assert(DailyLimit.room(limit, drawn, elapsed) <= limit);
    }
}
