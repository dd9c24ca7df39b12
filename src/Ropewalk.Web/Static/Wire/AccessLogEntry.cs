using System.Net;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds what one line of the access log tells.</summary>
/// <param name="RemoteAddress">Who asked; null where the transport has no addresses.</param>
/// <param name="Method">The method as it came.</param>
/// <param name="Target">The request target as it came.</param>
/// <param name="Protocol">The protocol's version.</param>
/// <param name="Status">The status code of the answer.</param>
/// <param name="BodyBytes">How many bytes of body were handed to the connection.</param>
/// <param name="Referer">The field of this name, or null.</param>
/// <param name="UserAgent">The field of this name, or null.</param>
public readonly record struct AccessLogEntry(
    IPAddress? RemoteAddress, string Method, string Target, string Protocol, int Status, long BodyBytes, string? Referer, string? UserAgent);
