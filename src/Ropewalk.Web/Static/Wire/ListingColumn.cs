namespace Ropewalk.Web.Static.Wire;

/// <summary>Names a column of a listing.</summary>
public enum ListingColumn
{
    /// <summary>The name.</summary>
    Name,

    /// <summary>The length in bytes.</summary>
    Size,

    /// <summary>The time of the last change.</summary>
    Date,
}
