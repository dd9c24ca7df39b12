namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is the secret that a primary and its secondaries share.</summary>
internal static class TransferKey
{
    public const string Name = "xfr.example";

    public const string Secret = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    /// <summary>A key of the same name that nobody has been given.</summary>
    public const string Wrong = $"hmac-sha256:{Name}:d3JvbmdrZXl3cm9uZ2tleXdyb25na2V5d3JvbmdrZXk=";

    /// <summary>As dig, kdig and our command have it.</summary>
    public const string Text = $"hmac-sha256:{Name}:{Secret}";
}
