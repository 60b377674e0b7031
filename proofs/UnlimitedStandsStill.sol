// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {DailyLimit} from "../contracts/libraries/DailyLimit.sol";

/// @notice Without a limit the bucket does not move.
contract UnlimitedStandsStill {
    // source: Account _load _store
    // storage: account

    function prove(uint256 total, uint64 defaultLimit) external {
        require(account.drawnAt <= block.timestamp && block.timestamp <= type(uint40).max);
        (uint256 drawn, uint256 drawnAt) = (account.drawn, account.drawnAt);
        (uint256 balance, uint256 limit, uint256 room) = _load(defaultLimit);
        // Proved in WithinRooms.
        require(total <= balance && total <= room);
        _store(balance - total, limit, room - total);
        if (limit == 0) assert(account.drawn == drawn && account.drawnAt == drawnAt);
    }
}
