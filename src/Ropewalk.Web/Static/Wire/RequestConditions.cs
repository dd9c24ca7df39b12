using Microsoft.Extensions.Primitives;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds the conditional fields of one request, as they came.</summary>
/// <param name="IfMatch">RFC 9110 §13.1.1.</param>
/// <param name="IfNoneMatch">RFC 9110 §13.1.2.</param>
/// <param name="IfModifiedSince">RFC 9110 §13.1.3.</param>
/// <param name="IfUnmodifiedSince">RFC 9110 §13.1.4.</param>
/// <param name="IfRange">RFC 9110 §13.1.5.</param>
public readonly record struct RequestConditions(
    StringValues IfMatch, StringValues IfNoneMatch, StringValues IfModifiedSince, StringValues IfUnmodifiedSince, StringValues IfRange);
