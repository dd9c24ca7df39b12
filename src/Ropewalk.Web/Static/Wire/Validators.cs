namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds what a representation is compared by in conditional requests.</summary>
/// <param name="EntityTag">The entity tag with its quotes.</param>
/// <param name="LastModified">The date as it is sent in <c>Last-Modified</c>.</param>
/// <param name="ModifiedUnixSeconds">The same as seconds since 1970.</param>
public readonly record struct Validators(string EntityTag, string LastModified, long ModifiedUnixSeconds);
