// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A draw under a limit is counted in full: what is drawn is what the room no longer has.
contract DrawIsCounted {
    // source: Account _store
    // storage: account
    // casts: uint88 uint64 uint40

    // The value that a cast keeps: arbitrary, then assumed equal to the one that was shown to fit.
    mapping(uint256 value => uint88 same) private _88;
    mapping(uint256 value => uint64 same) private _64;
    mapping(uint256 value => uint40 same) private _40;

    function _uint88(uint256 value) private view returns (uint88) {
        assert(value <= type(uint88).max);
        require(_88[value] == value);
        return _88[value];
    }

    function _uint64(uint256 value) private view returns (uint64) {
        assert(value <= type(uint64).max);
        require(_64[value] == value);
        return _64[value];
    }

    function _uint40(uint256 value) private view returns (uint40) {
        assert(value <= type(uint40).max);
        require(_40[value] == value);
        return _40[value];
    }

    function prove(uint256 total, uint256 limit, uint256 room) external {
        // Proved in RoomAtMostLimit and WithinRooms: the caller passes what these leave.
        require(total <= account.balance && total <= room);
        require(limit <= type(uint64).max && (limit == 0 || room <= limit));
        require(block.timestamp <= type(uint40).max);

        _store(account.balance - total, limit, room - total);
        if (limit != 0) assert(account.drawn == limit - room + total);
    }
}
