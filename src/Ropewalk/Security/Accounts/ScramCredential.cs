using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Ropewalk.Security.Precis;

namespace Ropewalk.Security.Accounts;

/// <summary>
/// Holds what a server keeps of a password: enough to check it, by SCRAM-SHA-256 or in the clear, and not enough to sign in with.
/// </summary>
/// <remarks>
/// Passwords are prepared by OpaqueString (RFC 8265 §4.2): composed, every space an ASCII space, no control characters, 1 to 1,020 bytes.
/// <b>Call</b>: what takes a password costs its iterations' time, tens of milliseconds; keep it off the loops
/// (<see cref="AccountAuthenticator"/> does). <b>Spec</b>: RFC 5802 §3.
/// </remarks>
public sealed class ScramCredential
{
    /// <summary>The iterations of new credentials: 100,000 (ASP.NET Core Identity). RFC 7677 §4 asks for 4,096 at the least.</summary>
    public const int DefaultIterations = 100_000;

    /// <summary>The most iterations that are stored: some seconds of work.</summary>
    internal const int MaxIterations = 10_000_000;

    /// <summary>The bytes of a hash.</summary>
    internal const int HashBytes = SHA256.HashSizeInBytes;

    // 128 bits: NIST SP 800-132 §5.1
    private const int SaltBytes = 16;
    private const int MaxSaltBytes = 64;

    private readonly byte[] _salt;
    private readonly byte[] _storedKey;
    private readonly byte[] _serverKey;

    private ScramCredential(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey)
    {
        _salt = salt;
        Iterations = iterations;
        _storedKey = storedKey;
        _serverKey = serverKey;
    }

    /// <summary>Gets how often the password is hashed.</summary>
    public int Iterations { get; }

    /// <summary>Gets the salt.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>Gets the hash of the client's key, to check a proof by.</summary>
    public ReadOnlySpan<byte> StoredKey => _storedKey;

    /// <summary>Gets the key that the server shows its knowledge with.</summary>
    public ReadOnlySpan<byte> ServerKey => _serverKey;

    /// <summary>Tells whether a text may be a password: whether it can be prepared.</summary>
    public static bool IsPassword(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        bool isPassword = OpaqueStringProfile.TryPrepare(password, out byte[] prepared);
        CryptographicOperations.ZeroMemory(prepared);
        return isPassword;
    }

    /// <summary>Makes a credential of a password.</summary>
    /// <param name="password">The password as it was typed.</param>
    /// <param name="random">Where the salt comes from.</param>
    /// <param name="iterations">How often to hash, 1 to 10,000,000; fewer than 4,096 are for tests.</param>
    /// <returns>Null if it may not be a password.</returns>
    public static ScramCredential? Create(string password, RandomNumberGenerator random, int iterations = DefaultIterations)
    {
        ArgumentNullException.ThrowIfNull(random);
        byte[] salt = new byte[SaltBytes];
        random.GetBytes(salt);
        return Create(password, salt, iterations);
    }

    /// <summary>Makes a credential of a password and a salt.</summary>
    /// <returns>Null if it may not be a password.</returns>
    public static ScramCredential? Create(string password, ReadOnlySpan<byte> salt, int iterations)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        ArgumentOutOfRangeException.ThrowIfLessThan(salt.Length, 1, nameof(salt));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(salt.Length, MaxSaltBytes, nameof(salt));
        if (!OpaqueStringProfile.TryPrepare(password, out byte[] prepared))
        {
            return null;
        }

        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(prepared, salt, iterations, HashAlgorithmName.SHA256, HashBytes);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var credential = new ScramCredential(salt.ToArray(), iterations, SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(prepared);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return credential;
    }

    /// <summary>Takes a credential as it was stored.</summary>
    public static bool TryRestore(
        ReadOnlySpan<byte> salt, int iterations, ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> serverKey, [NotNullWhen(true)] out ScramCredential? credential)
    {
        bool isGood = salt.Length is >= 1 and <= MaxSaltBytes && iterations is >= 1 and <= MaxIterations && storedKey.Length == HashBytes && serverKey.Length == HashBytes;
        credential = isGood ? new ScramCredential(salt.ToArray(), iterations, storedKey.ToArray(), serverKey.ToArray()) : null;
        return isGood;
    }

    /// <summary>Tells whether a password is the one that this was made of. Takes the same time for every wrong one.</summary>
    public bool Verify(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        ScramCredential? made = Create(password, _salt, Iterations);

        // what may not be a password costs the same: who measures learns nothing
        made ??= Create("-", _salt, Iterations)!;
        bool isEqual = CryptographicOperations.FixedTimeEquals(made._storedKey, _storedKey);
        return isEqual && IsPassword(password);
    }

    /// <summary>Shows the mechanism and the iterations, no secret.</summary>
    public override string ToString() => $"SCRAM-SHA-256, {Iterations} iterations";
}
