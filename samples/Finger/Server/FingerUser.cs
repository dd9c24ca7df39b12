namespace Finger.Server;

/// <summary>Is a user as <see cref="FixedFingerDirectory"/> knows one.</summary>
/// <param name="Name">The login name.</param>
/// <param name="FullName">The full name.</param>
/// <param name="Plan">What the user says of himself or herself; told only when more is wanted (RFC 1288 §2.5.4).</param>
public sealed record FingerUser(string Name, string FullName, string? Plan = null);
