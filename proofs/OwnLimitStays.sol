// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A draw leaves the account's own limit alone.
contract OwnLimitStays {
    // source: Account _store
    // storage: account

    function prove(uint256 total, uint256 limit, uint256 room) external {
        // Proved in RoomAtMostLimit and WithinRooms: the caller passes what these leave.
        require(total <= account.balance && total <= room);
        require(limit <= type(uint64).max && (limit == 0 || room <= limit));
        require(block.timestamp <= type(uint40).max);
        uint256 ownLimit = account.dailyLimit;
        _store(account.balance - total, limit, room - total);
        assert(account.dailyLimit == ownLimit);
    }
}
