// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Relayed} from "./Relayed.sol";
import {ILuxxonSettlement} from "./interfaces/ILuxxonSettlement.sol";
import {IUSDC} from "./interfaces/IUSDC.sol";
import {DailyLimit} from "./libraries/DailyLimit.sol";

/// @title LuxxonSettlement
/// @author Luxxon
/// @notice Prepaid USDC pools that pay for metered live video. What each function promises stands in ILuxxonSettlement.
/// @custom:security-contact security@luxxon.dev
contract LuxxonSettlement is Ownable2Step, Relayed, Pausable, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeERC20 for IUSDC;

    /* CONSTANTS */

    /// @inheritdoc ILuxxonSettlement
    uint256 public constant MAX_BATCH = 100;
    /// @inheritdoc ILuxxonSettlement
    uint256 public constant MAX_FEE_BPS = 3_000;
    /// @inheritdoc ILuxxonSettlement
    uint256 public constant MAX_RATE_PER_SECOND = 1_000_000;
    /// @inheritdoc ILuxxonSettlement
    uint256 public constant MAX_CHARGEABLE_SECONDS = 86_400;
    /// @inheritdoc ILuxxonSettlement
    uint256 public constant MAX_HOLD = 1 days;

    uint256 private constant BPS = 10_000;
    uint256 private constant NO_LIMIT = 0;
    IUSDC private immutable _USDC;

    /* STORAGE */

    /// @inheritdoc ILuxxonSettlement
    /// @dev First, so that it shares Pausable's slot: a settlement reads both anyway.
    uint64 public defaultDailyLimit;
    /// @inheritdoc ILuxxonSettlement
    address public platformWallet;
    /// @inheritdoc ILuxxonSettlement
    address public guardian;
    /// @inheritdoc ILuxxonSettlement
    uint256 public totalCredits;
    /// @inheritdoc ILuxxonSettlement
    mapping(address payee => uint256 amount) public credits;

    Account private _pool;
    mapping(address consumer => Account account) private _accounts;
    mapping(uint256 word => uint256 bits) private _settledBits;

    /* CONSTRUCTOR */

    /// @param usdc_ Circle's token on this chain; fixed for ever.
    /// @param owner_ A Safe: the only account that can change a setting.
    /// @param relayer_ The key that may settle.
    /// @param guardian_ The key that may pause; zero for none.
    /// @param platformWallet_ The wallet that receives the fees.
    /// @param defaultDailyLimit_ Limit of consumers without one of their own, µUSDC a day; 0: no limit.
    /// @param poolDailyLimit_ Limit of all consumers together, µUSDC a day; 0: no limit.
    constructor(
        IUSDC usdc_,
        address owner_,
        address relayer_,
        address guardian_,
        address platformWallet_,
        uint64 defaultDailyLimit_,
        uint64 poolDailyLimit_
    ) Ownable(_nonZero(owner_)) {
        _USDC = IUSDC(_nonZero(address(usdc_)));
        _setRelayer(relayer_);
        _setGuardian(guardian_);
        _setPlatformWallet(platformWallet_);
        _setDefaultDailyLimit(defaultDailyLimit_);
        _setPoolDailyLimit(poolDailyLimit_);
    }

    /* DEPOSITS */

    /// @inheritdoc ILuxxonSettlement
    function deposit(uint256 amount) external whenNotPaused nonReentrant {
        _recordDeposit(msg.sender, msg.sender, amount);
        _USDC.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ILuxxonSettlement
    function depositFor(address consumer, uint256 amount) external whenNotPaused nonReentrant {
        _recordDeposit(consumer, msg.sender, amount);
        _USDC.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ILuxxonSettlement
    function depositWithPermit(
        uint256 amount,
        uint256 deadline,
        bytes calldata signature
    ) external whenNotPaused nonReentrant {
        _recordDeposit(msg.sender, msg.sender, amount);
        // A permit can be used by anyone who sees it. What counts is the allowance that it leaves.
        try _USDC.permit(msg.sender, address(this), amount, deadline, signature) {} catch (bytes memory reason) {
            Address.verifyCallResult(_USDC.allowance(msg.sender, address(this)) >= amount, reason);
        }
        _USDC.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ILuxxonSettlement
    function depositWithAuthorization(
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external whenNotPaused nonReentrant {
        _recordDeposit(from, from, amount);
        _USDC.receiveWithAuthorization(from, address(this), amount, validAfter, validBefore, nonce, signature);
    }

    function _recordDeposit(address consumer, address payer, uint256 amount) private {
        // Checks
        require(consumer != address(0) && consumer != address(this), InvalidConsumer(consumer));
        require(amount != 0, ZeroAmount());
        // Effects
        uint80 added = amount.toUint80();
        _pool.balance = (uint256(_pool.balance) + added).toUint80();
        _accounts[consumer].balance += added;
        emit Deposited(consumer, payer, amount);
    }

    /* WITHDRAWALS */

    /// @inheritdoc ILuxxonSettlement
    function withdraw(uint256 amount) external nonReentrant {
        _withdraw(amount);
    }

    /// @inheritdoc ILuxxonSettlement
    function withdrawAll() external nonReentrant returns (uint256 amount) {
        amount = deposits(msg.sender);
        _withdraw(amount);
    }

    function _withdraw(uint256 amount) private {
        Account storage account = _accounts[msg.sender];
        // Checks
        require(!_isHeld(account.heldUntil), HeldUntil(account.heldUntil));
        uint256 balance = account.balance;
        require(amount != 0, ZeroAmount());
        require(amount <= balance, InsufficientBalance(msg.sender, balance, amount));
        // Effects
        account.balance = uint80(balance - amount);
        _pool.balance -= uint80(amount);
        emit Withdrawn(msg.sender, amount);
        // Interaction
        _USDC.safeTransfer(msg.sender, amount);
    }

    /* HOLDS */

    /// @inheritdoc ILuxxonSettlement
    function hold(uint64 until) external {
        Account storage account = _accounts[msg.sender];
        // Checks
        uint256 most = block.timestamp + MAX_HOLD;
        require(until <= most, HoldTooLong(until, most));
        uint256 standing = Math.max(account.heldUntil, block.timestamp);
        require(until > standing, HoldNotLater(until, standing));
        require(account.dailyLimit != 0, HoldNeedsLimit(msg.sender));
        // Effect
        account.heldUntil = uint256(until).toUint32();
        emit Held(msg.sender, until);
    }

    /// @dev A pause suspends every hold: nothing can be settled then, so there is nothing to wait for.
    function _isHeld(uint256 until) private view returns (bool) {
        return until > block.timestamp && !paused();
    }

    /* SETTLEMENT */

    /// @inheritdoc ILuxxonSettlement
    function settleFromPool(
        bytes32 sessionId,
        address from,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount
    ) external onlyRelayer whenNotPaused nonReentrant {
        // Checks and effects
        (uint256 poolBalance, uint256 poolLimit, uint256 poolRoom) = _load(_pool, NO_LIMIT);
        (Refusal refusal, uint256 total) = _settle(
            sessionId,
            from,
            to,
            ratePerSecond,
            chargeableSeconds,
            toAmount,
            feeAmount,
            defaultDailyLimit,
            poolRoom
        );
        require(refusal == Refusal.None, SettlementRefused(sessionId, refusal));
        _store(_pool, poolBalance - total, poolLimit, poolRoom - total);
        // Interactions
        _pay(to, toAmount);
        _pay(platformWallet, feeAmount);
    }

    /// @inheritdoc ILuxxonSettlement
    function settleBatch(
        BatchEntry[] calldata entries
    ) external onlyRelayer whenNotPaused nonReentrant returns (uint256 settledBitmap) {
        uint256 size = entries.length;
        require(size != 0 && size <= MAX_BATCH, InvalidBatchSize(size));

        // Checks and effects
        (uint256 poolBalance, uint256 poolLimit, uint256 poolRoom) = _load(_pool, NO_LIMIT);
        uint256 defaultLimit = defaultDailyLimit;
        uint256 charged = 0;
        for (uint256 i = 0; i < size; ++i) {
            BatchEntry calldata entry = entries[i];
            (Refusal refusal, uint256 total) = _settle(
                entry.sessionId,
                entry.from,
                entry.to,
                entry.ratePerSecond,
                entry.chargeableSeconds,
                entry.toAmount,
                entry.feeAmount,
                defaultLimit,
                poolRoom
            );
            if (refusal != Refusal.None) {
                emit SettlementSkipped(entry.sessionId, refusal);
                continue;
            }
            settledBitmap |= 1 << i;
            // Rule 10 has held `total` within `poolRoom`, and a hundred totals of at most 86,400 USDC do not overflow.
            unchecked {
                charged += total;
                poolRoom -= total;
            }
        }
        if (settledBitmap == 0) return 0;
        _store(_pool, poolBalance - charged, poolLimit, poolRoom);

        // Interactions: one transfer for each run of settled entries with the same payee, and one for all fees.
        address payee = address(0);
        uint256 owed = 0;
        uint256 fees = 0;
        for (uint256 i = 0; i < size; ++i) {
            if (settledBitmap & (1 << i) == 0) continue;
            BatchEntry calldata entry = entries[i];
            address to = entry.to;
            if (to != payee) {
                _pay(payee, owed);
                payee = to;
                owed = 0;
            }
            // Parts of the totals above.
            unchecked {
                owed += entry.toAmount;
                fees += entry.feeAmount;
            }
        }
        _pay(payee, owed);
        _pay(platformWallet, fees);
    }

    /// @inheritdoc ILuxxonSettlement
    function checkSettlement(BatchEntry calldata entry) external view returns (Refusal refusal) {
        (uint256 balance, , uint256 room) = _load(_accounts[entry.from], defaultDailyLimit);
        (, , uint256 poolRoom) = _load(_pool, NO_LIMIT);
        (refusal, ) = _check(
            settled(entry.sessionId),
            entry.to,
            entry.ratePerSecond,
            entry.chargeableSeconds,
            entry.toAmount,
            entry.feeAmount,
            balance,
            room,
            poolRoom
        );
    }

    /// @dev Settles one session if no rule refuses it: marks its id, debits its consumer, says so. The caller debits the
    /// pool and pays. The session's seven values come one by one so that both callers pass them straight from calldata.
    /// @return refusal The first rule that failed; nothing has changed unless it is `None`.
    /// @return total What the session was charged, µUSDC; 0 if refused.
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
    ) private returns (Refusal refusal, uint256 total) {
        (uint256 word, uint256 bit) = _bitOf(sessionId);
        uint256 bits = _settledBits[word];
        Account storage account = _accounts[from];
        (uint256 balance, uint256 limit, uint256 room) = _load(account, defaultLimit);

        // Checks
        (refusal, total) = _check(
            bits & bit != 0,
            to,
            ratePerSecond,
            chargeableSeconds,
            toAmount,
            feeAmount,
            balance,
            room,
            poolRoom
        );
        if (refusal != Refusal.None) return (refusal, 0);

        // Effects
        _settledBits[word] = bits | bit;
        // Rules 8 and 9 have held `total` within both.
        unchecked {
            _store(account, balance - total, limit, room - total);
        }
        emit Settled(sessionId, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds);
    }

    /// @dev The ten rules of a settlement, in their order; the first that fails is the refusal.
    /// @param isSettled Whether the session's bit is set.
    /// @param balance The consumer's balance, µUSDC.
    /// @param room The room in the consumer's daily limit, µUSDC.
    /// @param poolRoom The room in the pool's daily limit, µUSDC.
    /// @return refusal `None`, or the rule.
    /// @return total `toAmount + feeAmount`, µUSDC; 0 if that was not reached.
    function _check(
        bool isSettled,
        address to,
        uint256 ratePerSecond,
        uint256 chargeableSeconds,
        uint256 toAmount,
        uint256 feeAmount,
        uint256 balance,
        uint256 room,
        uint256 poolRoom
    ) private view returns (Refusal refusal, uint256 total) {
        if (isSettled) return (Refusal.AlreadySettled, 0); // 1
        if (to == address(0) || to == address(this)) return (Refusal.InvalidPayee, 0); // 2
        if (toAmount == 0 && feeAmount == 0) return (Refusal.ZeroAmount, 0); // 3
        if (ratePerSecond > MAX_RATE_PER_SECOND) return (Refusal.RateTooHigh, 0); // 4
        if (chargeableSeconds > MAX_CHARGEABLE_SECONDS) return (Refusal.TooManySeconds, 0); // 5
        // Under both ceilings the meter is at most 86,400 USDC, and under the meter so is the total.
        unchecked {
            uint256 meter = ratePerSecond * chargeableSeconds;
            // Part by part, since the sum of two arbitrary amounts could wrap around.
            if (toAmount > meter || feeAmount > meter - toAmount) return (Refusal.MeterExceeded, 0); // 6
            total = toAmount + feeAmount;
            if (feeAmount * BPS > total * MAX_FEE_BPS) return (Refusal.FeeTooHigh, total); // 7
        }
        if (total > balance) return (Refusal.InsufficientPool, total); // 8
        if (total > room) return (Refusal.DailyLimitExceeded, total); // 9
        if (total > poolRoom) return (Refusal.PoolLimitExceeded, total); // 10
    }

    /// @dev What a settlement needs of an account, as of now.
    /// @param defaultLimit The limit that holds if the account has none of its own, µUSDC a day.
    /// @return balance µUSDC owned.
    /// @return limit µUSDC a day; 0 for no limit.
    /// @return room How much may be drawn now under that limit, µUSDC.
    function _load(
        Account storage account,
        uint256 defaultLimit
    ) private view returns (uint256 balance, uint256 limit, uint256 room) {
        balance = account.balance;
        limit = account.dailyLimit;
        if (limit == NO_LIMIT) limit = defaultLimit;
        room =
            limit == NO_LIMIT
                ? type(uint256).max
                : DailyLimit.room(limit, account.drawn, block.timestamp - account.drawnAt);
    }

    /// @dev The other half of `_load`: stores what a settlement has left. Without a limit the bucket does not move.
    function _store(Account storage account, uint256 balance, uint256 limit, uint256 room) private {
        // Every value fits: a settlement only lowers the balance, `room` is at most `limit`, which fits 56 bits, and 32 bits
        // of seconds last until 2106.
        account.balance = uint80(balance);
        if (limit == NO_LIMIT) return;
        account.drawn = uint56(limit - room);
        account.drawnAt = uint32(block.timestamp);
    }

    /// @dev Where a session's bit is: 256 ids that share their first 31 bytes share a storage slot.
    function _bitOf(bytes32 sessionId) private pure returns (uint256 word, uint256 bit) {
        word = uint256(sessionId) >> 8;
        bit = 1 << uint8(uint256(sessionId));
    }

    /// @dev Pushes a payout. If USDC refuses it (a denylisted payee, a paused token), the amount is owed instead.
    function _pay(address payee, uint256 amount) private {
        if (amount == 0) return;
        if (_USDC.trySafeTransfer(payee, amount)) return;
        credits[payee] += amount;
        totalCredits += amount;
        emit PayoutCredited(payee, amount);
    }

    /// @inheritdoc ILuxxonSettlement
    function claim(address payee) external nonReentrant returns (uint256 amount) {
        amount = credits[payee];
        if (amount == 0) return 0;
        // Effects
        credits[payee] = 0;
        totalCredits -= amount;
        emit CreditClaimed(payee, amount);
        // Interaction
        _USDC.safeTransfer(payee, amount);
    }

    /* LIMITS */

    /// @inheritdoc ILuxxonSettlement
    function setDailyLimit(uint64 limit) external {
        Account storage account = _accounts[msg.sender];
        // A hold promises that the pool can be charged, so what lowers that waits for its end too.
        require(limit >= account.dailyLimit || !_isHeld(account.heldUntil), HeldUntil(account.heldUntil));
        account.dailyLimit = uint256(limit).toUint56();
        emit DailyLimitSet(msg.sender, limit);
    }

    /// @inheritdoc ILuxxonSettlement
    function setDefaultDailyLimit(uint64 limit) external onlyOwner {
        _setDefaultDailyLimit(limit);
    }

    /// @inheritdoc ILuxxonSettlement
    function setPoolDailyLimit(uint64 limit) external onlyOwner {
        _setPoolDailyLimit(limit);
    }

    function _setDefaultDailyLimit(uint64 limit) private {
        emit DefaultDailyLimitSet(defaultDailyLimit, limit);
        // As narrow as an account's own: what is drawn under it has to fit the account.
        defaultDailyLimit = uint256(limit).toUint56();
    }

    function _setPoolDailyLimit(uint64 limit) private {
        emit PoolDailyLimitSet(_pool.dailyLimit, limit);
        _pool.dailyLimit = uint256(limit).toUint56();
    }

    /* ROLES */

    /// @inheritdoc ILuxxonSettlement
    function setRelayer(address newRelayer) external onlyOwner {
        _setRelayer(newRelayer);
    }

    /// @inheritdoc ILuxxonSettlement
    function setGuardian(address newGuardian) external onlyOwner {
        _setGuardian(newGuardian);
    }

    /// @inheritdoc ILuxxonSettlement
    function setPlatformWallet(address newPlatformWallet) external onlyOwner {
        _setPlatformWallet(newPlatformWallet);
    }

    /// @inheritdoc ILuxxonSettlement
    function pause() external {
        require(msg.sender == guardian || msg.sender == owner(), NotGuardian(msg.sender));
        _pause();
    }

    /// @inheritdoc ILuxxonSettlement
    function unpause() external onlyOwner {
        _unpause();
    }

    /// @inheritdoc ILuxxonSettlement
    function rescue(IERC20 token, address to, uint256 amount) external onlyOwner nonReentrant {
        // Checks
        _nonZero(to);
        if (address(token) == address(_USDC)) {
            uint256 free = surplus();
            require(amount <= free, ExceedsSurplus(free));
        }
        // Effect
        emit Rescued(address(token), to, amount);
        // Interaction
        SafeERC20.safeTransfer(token, to, amount);
    }

    function _setGuardian(address newGuardian) private {
        emit GuardianSet(guardian, newGuardian);
        guardian = newGuardian;
    }

    function _setPlatformWallet(address newPlatformWallet) private {
        emit PlatformWalletSet(platformWallet, _nonZero(newPlatformWallet));
        platformWallet = newPlatformWallet;
    }

    function _nonZero(address account) private pure returns (address) {
        require(account != address(0), ZeroAddress());
        return account;
    }

    /* VIEWS */

    /// @inheritdoc ILuxxonSettlement
    function deposits(address consumer) public view returns (uint256) {
        return _accounts[consumer].balance;
    }

    /// @inheritdoc ILuxxonSettlement
    function withdrawable(address consumer) external view returns (uint256) {
        return _isHeld(_accounts[consumer].heldUntil) ? 0 : deposits(consumer);
    }

    /// @inheritdoc ILuxxonSettlement
    function accountOf(address consumer) external view returns (Account memory) {
        return _accounts[consumer];
    }

    /// @inheritdoc ILuxxonSettlement
    function pool() external view returns (Account memory) {
        return _pool;
    }

    /// @inheritdoc ILuxxonSettlement
    function available(address consumer) external view returns (uint256) {
        (uint256 balance, , uint256 room) = _load(_accounts[consumer], defaultDailyLimit);
        (, , uint256 poolRoom) = _load(_pool, NO_LIMIT);
        return Math.min(balance, Math.min(room, poolRoom));
    }

    /// @inheritdoc ILuxxonSettlement
    function settled(bytes32 sessionId) public view returns (bool) {
        (uint256 word, uint256 bit) = _bitOf(sessionId);
        return _settledBits[word] & bit != 0;
    }

    /// @inheritdoc ILuxxonSettlement
    function totalDeposits() public view returns (uint256) {
        return _pool.balance;
    }

    /// @inheritdoc ILuxxonSettlement
    function surplus() public view returns (uint256) {
        return _USDC.balanceOf(address(this)) - totalDeposits() - totalCredits;
    }

    /// @inheritdoc ILuxxonSettlement
    function usdc() external view returns (address) {
        return address(_USDC);
    }

    /// @inheritdoc ILuxxonSettlement
    function version() external pure returns (string memory) {
        return "4.0.0";
    }
}
