// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Guards} from "./standIns/Guards.sol";
import {Token} from "./standIns/Token.sol";

/// @notice A claim is never refused, sends the payee what it is owed, and leaves it owed nothing; nobody else is touched.
/// @dev Assumed: the call is not from within another (`nonReentrant`), one payee is owed at most what all are owed together
/// (I2), the contract holds that (I1), and USDC lets the payee receive.
contract ClaimPaysWhatIsOwed is Guards, Token {
    // source: CreditClaimed credits totalCredits claim
    // guards: noted
    // token: _USDC

    function prove(address payee, address other) external {
        require(other != payee && !_isEntered);
        (uint256 paid, uint256 owed, uint256 total) = (_received[payee], credits[payee], totalCredits);
        require(owed <= total && total <= _held && paid <= type(uint256).max - owed);
        (uint256 otherPaid, uint256 otherOwed) = (_received[other], credits[other]);
        _refused = false;
        uint256 amount = claim(payee);
        assert(!_refused);
        assert(amount == owed && credits[payee] == 0 && totalCredits == total - owed);
        assert(_received[payee] == paid + owed);
        assert(_received[other] == otherPaid && credits[other] == otherOwed);
    }
}
