// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SettleBits} from "./standIns/SettleBits.sol";

/// @notice An id that was settled is refused, also if another call, for whatever id, comes in between.
contract NoIdSettlesTwice is SettleBits {
    function prove(
        bytes32 id,
        BatchEntry calldata first,
        BatchEntry calldata other,
        BatchEntry calldata again
    ) external {
        require(_watched == uint8(uint256(id)));
        require(_settleAs(id, first) == Refusal.None);
        _settleAs(other.sessionId, other);
        assert(settled(id));
        assert(_settleAs(id, again) == Refusal.AlreadySettled);
    }
}
