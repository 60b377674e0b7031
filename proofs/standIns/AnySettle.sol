// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Stands for `_settle` and `_pay` where their callers are proved. `_settle` may settle or refuse as it likes, within
/// what `SettlementIsExact` and `RefusedChangesNothing` prove of it; what it took from accounts and what payouts came to
/// is counted.
abstract contract AnySettle {
    // source: Refusal BatchEntry

    /// @dev What it was asked to settle last, and what it said.
    BatchEntry internal _asked;
    uint256 internal _askedLimit;
    uint256 internal _askedRoom;
    Refusal internal _answer;
    /// @dev What it has taken from accounts, and what payees have been paid or are owed, µUSDC.
    uint256 internal _taken;
    mapping(address payee => uint256 amount) internal _due;

    mapping(uint256 time => Refusal refusal) private _refusals;
    uint256 private _times;

    function _settle(
        bytes32 sessionId,
        address from,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 defaultLimit,
        uint256 poolRoom
    ) internal returns (Refusal refusal, uint256 total) {
        _asked = BatchEntry(sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount);
        (_askedLimit, _askedRoom) = (defaultLimit, poolRoom);
        unchecked {
            refusal = _refusals[++_times];
        }
        _answer = refusal;
        if (refusal != Refusal.None) return (refusal, 0);
        require(toAmount <= 86_400_000_000 && feeAmount <= 86_400_000_000 - toAmount);
        total = toAmount + feeAmount;
        require(total != 0 && total <= poolRoom);
        _taken += total;
    }

    function _pay(address payee, uint256 amount) internal {
        _due[payee] += amount;
    }
}
