using System.Text.RegularExpressions;

namespace Ropewalk.Policies;

/// <summary>Holds the mask that is on unless another is given.</summary>
internal static partial class WellKnownSecrets
{
    /// <summary>
    /// Hides what follows the usual words of the text protocols: PASS, AUTH and AUTHENTICATE with an initial response, LOGIN, OPER,
    /// NickServ's IDENTIFY, HTTP's Authorization, Proxy-Authorization, Cookie and Set-Cookie; and lines that are base64 alone, as SASL's are.
    /// </summary>
    public static string Mask(string text, bool isReceived) => Base64Line().Replace(Words().Replace(text, "$1 ***"), "***$1");

    [GeneratedRegex(
        @"(?im)(\b(?:PASS|OPER\s+\S+|IDENTIFY|(?:AUTH|AUTHENTICATE)\s+[A-Z0-9-]+|LOGIN\s+\S+|(?:Proxy-)?Authorization:|(?:Set-)?Cookie:))[^\S\r\n]+[^\r\n]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?m)^[A-Za-z0-9+/]{8,}={0,2}(\r?\n|\z)")]
    private static partial Regex Base64Line();
}
