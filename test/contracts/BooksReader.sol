// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LuxxonSettlement} from "../../contracts/LuxxonSettlement.sol";
import {IUSDC} from "../../contracts/interfaces/IUSDC.sol";

/// @title BooksReader
/// @notice Reads everything that a call may change in one call, so that a test can afford to compare it after each.
contract BooksReader {
    LuxxonSettlement private immutable _SETTLEMENT;
    IUSDC private immutable _USDC;

    constructor(LuxxonSettlement settlement) {
        _SETTLEMENT = settlement;
        _USDC = IUSDC(settlement.usdc());
    }

    /// @return books First the contract's own values, then seven for each of `people`, four more for each of `closer`, one
    /// for each of `ids`, and one for each of `probes`; in the order of test/model/books.ts.
    function read(
        address[] calldata people,
        address[] calldata closer,
        bytes32[] calldata ids,
        LuxxonSettlement.BatchEntry[] calldata probes
    ) external view returns (uint256[] memory books) {
        books = new uint256[](15 + 7 * people.length + 4 * closer.length + ids.length + probes.length);
        LuxxonSettlement.Account memory account = _SETTLEMENT.pool();
        books[0] = account.balance;
        books[1] = account.dailyLimit;
        books[2] = account.drawn;
        books[3] = account.drawnAt;
        books[4] = _SETTLEMENT.totalDeposits();
        books[5] = _SETTLEMENT.totalCredits();
        books[6] = _SETTLEMENT.surplus();
        books[7] = _SETTLEMENT.defaultDailyLimit();
        books[8] = uint160(_SETTLEMENT.relayer());
        books[9] = uint160(_SETTLEMENT.guardian());
        books[10] = uint160(_SETTLEMENT.platformWallet());
        books[11] = uint160(_SETTLEMENT.owner());
        books[12] = uint160(_SETTLEMENT.pendingOwner());
        books[13] = _SETTLEMENT.paused() ? 1 : 0;
        books[14] = account.heldUntil;
        uint256 next = 15;
        for (uint256 i = 0; i < people.length; ++i) {
            account = _SETTLEMENT.accountOf(people[i]);
            books[next++] = account.balance;
            books[next++] = account.dailyLimit;
            books[next++] = account.drawn;
            books[next++] = account.drawnAt;
            books[next++] = account.heldUntil;
            books[next++] = _SETTLEMENT.credits(people[i]);
            books[next++] = _USDC.balanceOf(people[i]);
        }
        for (uint256 i = 0; i < closer.length; ++i) {
            books[next++] = _SETTLEMENT.deposits(closer[i]);
            books[next++] = _SETTLEMENT.withdrawable(closer[i]);
            books[next++] = _SETTLEMENT.available(closer[i]);
            books[next++] = _USDC.allowance(closer[i], address(_SETTLEMENT));
        }
        for (uint256 i = 0; i < ids.length; ++i) books[next++] = _SETTLEMENT.settled(ids[i]) ? 1 : 0;
        for (uint256 i = 0; i < probes.length; ++i) books[next++] = uint256(_SETTLEMENT.checkSettlement(probes[i]));
    }
}
