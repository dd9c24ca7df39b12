using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ropewalk.Security.Precis;

namespace Ropewalk.Security.Accounts;

/// <summary>
/// Names an account. A value exists only if it is well-formed; it is compared by its canonical form and shown as it was given.
/// </summary>
/// <remarks>
/// <b>Shape</b>: 1 to 64 bytes of UTF-8; letters, digits and marks of any script and printable ASCII, no space, no control character, no
/// mixed directions of writing. The canonical form is lower case, composed, of usual width. <b>Spec</b>: RFC 8265 §3.3 (UsernameCaseMapped).
/// </remarks>
public sealed class AccountName : IEquatable<AccountName>, IComparable<AccountName>
{
    // the local part of an e-mail address (RFC 5321 §4.5.3.1.1), which a name becomes where mail is served
    private const int MaxBytes = 64;

    private AccountName(string display, string canonical)
    {
        Display = display;
        Canonical = canonical;
    }

    /// <summary>Gets the name as it was given.</summary>
    public string Display { get; }

    /// <summary>Gets what it is compared and stored by.</summary>
    public string Canonical { get; }

    /// <summary>Compares the canonical forms.</summary>
    public static bool operator ==(AccountName? left, AccountName? right) => Equals(left, right);

    /// <summary>Compares the canonical forms.</summary>
    public static bool operator !=(AccountName? left, AccountName? right) => !Equals(left, right);

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">It is not well-formed; the message says which rule is broken.</exception>
    public static AccountName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FindFault(text, out string canonical) is { } fault
            ? throw new FormatException($"Not the name of an account: {fault}.")
            : new AccountName(text, canonical);
    }

    /// <summary>Tries to parse a name.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AccountName? name)
    {
        name = text is not null && FindFault(text, out string canonical) is null ? new AccountName(text, canonical) : null;
        return name is not null;
    }

    /// <inheritdoc/>
    public bool Equals(AccountName? other) => other is not null && Canonical == other.Canonical;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AccountName);

    /// <inheritdoc/>
    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(AccountName? other) => string.CompareOrdinal(Canonical, other?.Canonical);

    /// <summary>Gives the name as it was given.</summary>
    public override string ToString() => Display;

    private static string? FindFault(string text, out string canonical)
    {
        canonical = "";
        return text.Length > MaxBytes ? TooLong()
            : UserNameProfile.Prepare(text, out canonical) is { } fault ? fault
            : Math.Max(Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetByteCount(canonical)) > MaxBytes ? TooLong()
            : null;
    }

    private static string TooLong() => $"it has more than {MaxBytes} bytes of UTF-8";
}
