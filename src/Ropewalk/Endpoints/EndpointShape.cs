namespace Ropewalk.Endpoints;

/// <summary>Says what stands between the scheme and the keys of an endpoint string.</summary>
public enum EndpointShape
{
    /// <summary><c>[HOST:]PORT</c>: fills <see cref="EndpointSpec.Host"/> and <see cref="EndpointSpec.Port"/>.</summary>
    HostPort,

    /// <summary>A path or a name, not empty: fills <see cref="EndpointSpec.Path"/>.</summary>
    Path,

    /// <summary>A path or a name that may be empty: fills <see cref="EndpointSpec.Path"/>.</summary>
    OptionalPath,

    /// <summary>A number: fills <see cref="EndpointSpec.Path"/> with its digits.</summary>
    Number,

    /// <summary>Nothing: the keys follow at once.</summary>
    Nothing,
}
